//! Stands between the service and PostgreSQL, and at the Nth thing that the service says does what it is told.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// What happens at the Nth thing said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Only counted.
    None,
    /// The connection is cut; the server never hears it.
    CutBefore,
    /// The server does it and says so; the connection is cut before its answer arrives.
    CutAfter,
    /// The service is killed before the server hears it.
    KillBefore,
    /// The server does it; the service is killed before it learns so.
    KillAfter,
    /// The service is stopped (SIGSTOP) once the server's answer is on its way.
    StopAfter,
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    at: usize,
    said: usize,
    subject: u32,
    hit: Option<String>,
}

/// A listening proxy; its threads end with their connections.
#[derive(Clone, Debug)]
pub struct Proxy {
    port: u16,
    plan: Arc<Mutex<Option<Plan>>>,
}

impl Proxy {
    /// In front of the server of this address; nothing happens before `plan`.
    pub fn before(url: &str) -> Self {
        let server = server_of(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            plan: Arc::default(),
        };
        let plan = proxy.plan.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if let Ok(upstream) = TcpStream::connect(&server) {
                    connect(&plan, client, upstream);
                }
            }
        });
        proxy
    }

    /// The address of the same database through the proxy.
    pub fn url(&self, url: &str) -> String {
        url.replace(server_of(url), &format!("127.0.0.1:{}", self.port))
    }

    /// From now on what is said is counted, and this happens at the Nth.
    pub fn plan(&self, fault: Fault, at: usize, subject: u32) {
        let plan = Plan {
            fault,
            at,
            said: 0,
            subject,
            hit: None,
        };
        *lock(&self.plan) = Some(plan);
    }

    /// How much was said, and at what it happened.
    pub fn outcome(&self) -> (usize, Option<String>) {
        let plan = lock(&self.plan);
        plan.as_ref().map_or((0, None), |plan| (plan.said, plan.hit.clone()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn server_of(url: &str) -> &str {
    let after = url.split_once('@').map_or(url, |(_, after)| after);
    after.split('/').next().unwrap()
}

pub fn signal(name: &str, process: u32) {
    let _ = Command::new("kill")
        .args([&format!("-{name}"), &process.to_string()])
        .status();
}

/// The words of a message, for the report.
fn words(message: &[u8]) -> String {
    let text: String = message
        .iter()
        .map(|byte| {
            if byte.is_ascii_graphic() || *byte == b' ' {
                *byte as char
            } else {
                ' '
            }
        })
        .collect();
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(60)
        .collect()
}

fn connect(plan: &Arc<Mutex<Option<Plan>>>, client: TcpStream, server: TcpStream) {
    // What is to be done when the server answers, and to whom.
    let answer: Arc<Mutex<Option<(Fault, u32)>>> = Arc::default();
    for socket in [&client, &server] {
        let _ = socket.set_nodelay(true);
    }
    let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (plan, asked) = (plan.clone(), answer.clone());
    thread::spawn(move || forward(&plan, &asked, from_client, to_server));
    thread::spawn(move || bring_back(&answer, server, client));
}

fn close(one: &TcpStream, other: &TcpStream) {
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}

fn forward(
    plan: &Mutex<Option<Plan>>,
    asked: &Mutex<Option<(Fault, u32)>>,
    mut client: TcpStream,
    mut server: TcpStream,
) {
    let mut piece = vec![0; 256 * 1024];
    while let Ok(length @ 1..) = client.read(&mut piece) {
        let said = &piece[..length];
        let now = due(plan, said);
        if let Some((fault, subject)) = now {
            if fault == Fault::KillBefore {
                signal("KILL", subject);
            }
            if matches!(fault, Fault::CutBefore | Fault::KillBefore) {
                break;
            }
            *lock(asked) = now;
        }
        if server.write_all(said).is_err() {
            break;
        }
    }
    close(&client, &server);
}

/// Counts; what is to be done now, if anything.
fn due(plan: &Mutex<Option<Plan>>, said: &[u8]) -> Option<(Fault, u32)> {
    let mut plan = lock(plan);
    let plan = plan.as_mut()?;
    plan.said += 1;
    if plan.said != plan.at || plan.fault == Fault::None {
        return None;
    }
    plan.hit = Some(words(said));
    Some((plan.fault, plan.subject))
}

fn bring_back(answer: &Mutex<Option<(Fault, u32)>>, mut server: TcpStream, mut client: TcpStream) {
    let mut piece = vec![0; 256 * 1024];
    while let Ok(length @ 1..) = server.read(&mut piece) {
        match lock(answer).take() {
            Some((Fault::StopAfter, subject)) => signal("STOP", subject),
            Some((Fault::KillAfter, subject)) => {
                signal("KILL", subject);
                break;
            }
            Some(_) => break,
            None => {}
        }
        if client.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    close(&client, &server);
}
