//! The real program, running on a place, with or without faults.

use super::{place::Place, shim};
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

pub struct Subject {
    child: Child,
    pub base: String,
    said: Arc<Mutex<String>>,
}

/// What the shim is told: `MODE N COUNT`.
pub type Order<'a> = &'a str;

impl Subject {
    /// Starts it and waits until it serves; what it said, if it ends before.
    pub fn start(place: &Place, order_at_once: Option<Order<'_>>) -> Result<Self, String> {
        Self::start_with(place, order_at_once, "order")
    }

    /// The same with a file of orders of its own.
    pub fn start_with(place: &Place, order_at_once: Option<Order<'_>>, file: &str) -> Result<Self, String> {
        let set = |key: &str| format!("CORRIDOR__{key}");
        let order = place.beside(file);
        let _ = fs::remove_file(&order);
        if let Some(words) = order_at_once {
            fs::write(&order, words).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_corridor"));
        command
            .args(["serve", "--data"])
            .arg(place.folder())
            .current_dir(place.folder().parent().unwrap())
            .env("LD_PRELOAD", shim::library().unwrap())
            .env("SHIM_FOLDER", place.folder())
            .env("SHIM_ORDER", &order)
            .env("SHIM_TRACE", place.beside("trace"))
            .env(set("DATABASE__URL"), place.via.as_deref().unwrap_or(place.url()))
            .env(set("SERVER__LISTEN"), "127.0.0.1:0")
            .env(set("SERVER__WORKERS"), "1")
            .env(set("SERVER__SHUTDOWN_SECONDS"), "1")
            .env(set("LIMITS__REQUESTS_PER_SECOND"), "0")
            .env(set("JOBS__TICK_MS"), "50")
            .env(set("JOBS__ENABLED"), (!place.idle).to_string())
            .env(set("SCREENING__ENGINE"), "none")
            .env(set("LOG__FORMAT"), "json")
            .env(
                set("LOG__LEVEL"),
                "error,corridor::cli::serve=info,corridor::jobs=warn,corridor::notary=warn",
            )
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        if let Some(memory) = &place.memory {
            command.env(set("AUDIT__MEMORY_FILE"), memory);
        }
        let mut child = command.spawn().unwrap();
        let (said, errors) = (Arc::new(Mutex::new(String::new())), child.stderr.take().unwrap());
        let (found, address) = mpsc::channel();
        let heard = said.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                if let Some(rest) = line.split("\"address\":\"").nth(1) {
                    let _ = found.send(rest.split('"').next().unwrap_or_default().to_owned());
                }
                let mut heard = heard.lock().unwrap();
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        let mut subject = Self {
            child,
            base: String::new(),
            said,
        };
        match address.recv_timeout(Duration::from_secs(60)) {
            Ok(address) => {
                subject.base = format!("http://{address}/api/v1");
                Ok(subject)
            }
            Err(_) => {
                let _ = subject.child.kill();
                let _ = subject.child.wait();
                Err(subject.said())
            }
        }
    }

    /// From now on the calls are counted.
    pub fn order(&self, place: &Place, order: Order<'_>) {
        let aside = place.beside("order.aside");
        fs::write(&aside, order).unwrap();
        fs::rename(aside, place.beside("order")).unwrap();
    }

    /// What the shim did: `MODE N CALL FILE`.
    pub fn hit(place: &Place) -> Option<String> {
        fs::read_to_string(place.beside("order.hit")).ok()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// SIGKILL: nothing of it gets a last word.
    pub fn kill(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.said()
    }

    /// A signal, by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// As an operator stops it.
    pub fn stop(mut self) -> String {
        if self.has_ended().is_none() {
            self.signal("TERM");
        }
        let begun = Instant::now();
        while self.has_ended().is_none() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill()
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
