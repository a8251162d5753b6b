//! Something long that is written while it is sent: memory does not grow with it, and a slow reader slows the writer.

use super::problem::Problem;
use actix_web::web::{self, Bytes};
use futures_util::{Stream, stream};
use std::{
    io::{self, Write},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

/// Pieces that may wait for the reader.
const PIECES: usize = 4;
/// Bytes of a piece, about.
const PIECE: usize = 64 * 1024;

type Piece = Result<Bytes, Problem>;

/// The writer's end. When the reader has gone, writing fails.
pub struct Outlet {
    pieces: SyncSender<Piece>,
    piece: Vec<u8>,
}

impl Outlet {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.piece));
        self.pieces
            .send(Ok(piece))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    /// Pieces are sent when they are full; the last one at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs this writer on a thread of its own; what it writes comes out here. If it fails, so does the stream: whoever
/// reads must not take a part for the whole.
pub fn outflow<W, F, E>(write: W) -> impl Stream<Item = Piece>
where
    W: FnOnce(Outlet) -> F + Send + 'static,
    F: Future<Output = (Outlet, Result<(), E>)>,
    E: std::error::Error + Send + Sync + 'static,
{
    let (pieces, receiver) = sync_channel(PIECES);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let piece = Vec::with_capacity(PIECE);
        let (mut outlet, written) = runtime.block_on(write(Outlet { pieces, piece }));
        let sent = written
            .map_err(Problem::internal)
            .and_then(|()| outlet.send().map_err(Problem::internal));
        if let Err(problem) = sent {
            // The reader may have gone, which is then why it failed.
            let _ = outlet.pieces.send(Err(problem));
        }
    });
    stream::unfold(Some(receiver), |receiver: Option<Receiver<Piece>>| async {
        let receiver = receiver?;
        let next = web::block(move || (receiver.recv(), receiver)).await;
        match next {
            Ok((Ok(Ok(piece)), receiver)) => Some((Ok(piece), Some(receiver))),
            Ok((Ok(Err(problem)), _)) => Some((Err(problem), None)),
            Ok((Err(_), _)) => None,
            Err(error) => Some((Err(Problem::internal(error)), None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt as _;

    #[actix_web::test]
    async fn everything_comes_out_in_order_and_a_fault_is_no_end() {
        let flow = outflow(|mut outlet| async move {
            let written = (0..100_000_u32).try_for_each(|n| writeln!(outlet, "{n}"));
            (outlet, written)
        });
        let pieces: Vec<Piece> = flow.collect().await;
        assert!(pieces.len() > 5 && pieces.iter().all(|piece| piece.as_ref().unwrap().len() < 2 * PIECE));
        let text: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
        let numbers: Vec<u32> = String::from_utf8(text)
            .unwrap()
            .lines()
            .map(|line| line.parse().unwrap())
            .collect();
        assert!(numbers.into_iter().eq(0..100_000));
        let broken = outflow(|outlet| async move { (outlet, Err(io::Error::other("no more"))) });
        let pieces: Vec<Piece> = broken.collect().await;
        assert!(matches!(pieces.as_slice(), [Err(_)]));
    }

    #[actix_web::test]
    async fn a_reader_that_goes_stops_the_writer() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let flow = outflow(move |mut outlet| async move {
            let written = loop {
                if let Err(error) = outlet.write_all(&[b'x'; PIECE]) {
                    break Err(error);
                }
            };
            tell.send(()).unwrap();
            (outlet, written)
        });
        let mut flow = Box::pin(flow);
        assert!(flow.next().await.unwrap().is_ok());
        drop(flow);
        told.await.unwrap();
    }
}
