//! A throw-away mail server: keeps what it is given, and fails as it is told.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Takes everything.
    Working,
    /// Hangs up on everybody.
    Down,
    /// Answers recipients with this reply code.
    Answering(u16),
    /// Refuses to know the user.
    UnknownUser,
}

/// Where in a conversation the server falls silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    #[default]
    Nowhere,
    /// Asked whether it takes the message.
    BeforeData,
    /// With the whole message, before it says so.
    AfterData,
}

/// One message, as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub message: String,
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.message.split("\n\n").next()?.replace("\n ", " ");
        head.lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    }
}

struct Shared {
    mode: Mode,
    hold: Hold,
    held: usize,
    received: Vec<Received>,
    logins: Vec<String>,
    connections: usize,
}

/// The server; it lives until the test ends.
#[derive(Clone)]
pub struct MailServer {
    pub port: u16,
    shared: Arc<Mutex<Shared>>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared {
            mode: Mode::Working,
            hold: Hold::default(),
            held: 0,
            received: Vec::new(),
            logins: Vec::new(),
            connections: 0,
        };
        let server = Self {
            port,
            shared: Arc::new(Mutex::new(shared)),
        };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = serving.clone();
                thread::spawn(move || server.converse(stream));
            }
        });
        server
    }

    pub fn set(&self, mode: Mode) {
        self.shared.lock().unwrap().mode = mode;
    }

    /// From now on it falls silent here, or no longer.
    pub fn hold(&self, hold: Hold) {
        self.shared.lock().unwrap().hold = hold;
    }

    /// How often it has fallen silent.
    pub fn held(&self) -> usize {
        self.shared.lock().unwrap().held
    }

    fn pause(&self, here: Hold) {
        let holds = || self.shared.lock().unwrap().hold == here;
        if holds() {
            self.shared.lock().unwrap().held += 1;
        }
        while holds() {
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.lock().unwrap().received.clone()
    }

    pub fn logins(&self) -> Vec<String> {
        self.shared.lock().unwrap().logins.clone()
    }

    pub fn connections(&self) -> usize {
        self.shared.lock().unwrap().connections
    }

    fn mode(&self) -> Mode {
        self.shared.lock().unwrap().mode
    }

    /// One conversation; ends when the other side hangs up.
    fn converse(&self, stream: TcpStream) -> Option<()> {
        self.shared.lock().unwrap().connections += 1;
        if self.mode() == Mode::Down {
            return None;
        }
        let mut out = stream.try_clone().ok()?;
        let mut lines = BufReader::new(stream).lines();
        let mut say = move |reply: &str| out.write_all(format!("{reply}\r\n").as_bytes()).ok();
        say("220 mail.example.org ready")?;
        let (mut from, mut to) = (String::new(), String::new());
        while let Some(Ok(line)) = lines.next() {
            if self.mode() == Mode::Down {
                return None;
            }
            let command = line.to_ascii_uppercase();
            if command.starts_with("EHLO") {
                say("250-mail.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN")?;
            } else if command.starts_with("AUTH") {
                self.shared.lock().unwrap().logins.push(line);
                say(if self.mode() == Mode::UnknownUser {
                    "535 who are you"
                } else {
                    "235 welcome"
                })?;
            } else if command.starts_with("MAIL FROM") {
                from = line;
                say("250 ok")?;
            } else if command.starts_with("RCPT TO") {
                to = line;
                match self.mode() {
                    Mode::Answering(code) => say(&format!("{code} no"))?,
                    _ => say("250 ok")?,
                }
            } else if command == "DATA" {
                self.pause(Hold::BeforeData);
                say("354 go on")?;
                let mut message = Vec::new();
                loop {
                    // Who hangs up in the middle has said nothing.
                    match lines.next()?.ok()? {
                        line if line == "." => break,
                        line => message.push(line),
                    }
                }
                let received = Received {
                    from: from.clone(),
                    to: to.clone(),
                    message: message.join("\n"),
                };
                self.shared.lock().unwrap().received.push(received);
                self.pause(Hold::AfterData);
                say("250 taken")?;
            } else if command == "QUIT" {
                say("221 goodbye")?;
                return None;
            } else {
                say("250 ok")?;
            }
        }
        None
    }
}
