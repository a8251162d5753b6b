//! A real browser, driven through WebDriver as the W3C describes it: Chromium without a screen, one window.

use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What an element is called in the protocol's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with its driver; both end with it.
pub struct Driver {
    process: Child,
    client: reqwest::Client,
    session: String,
    root: String,
}

impl Driver {
    /// A browser whose user reads this language; none if no driver is installed.
    pub async fn open(root: &str, language: &str) -> Option<Self> {
        let driver = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let started = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own: the browser's processes end with it.
            .process_group(0)
            .spawn();
        let Ok(mut process) = started else {
            assert_ne!(
                std::env::var("CORRIDOR_REQUIRE_ALL").as_deref(),
                Ok("1"),
                "CORRIDOR_REQUIRE_ALL=1, but chromedriver is not installed"
            );
            println!("skipped: chromedriver not installed");
            return None;
        };
        let port = port_of(&mut process);
        let mut driver = Self {
            process,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            session: format!("http://127.0.0.1:{port}/session"),
            root: root.to_owned(),
        };
        let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        let switches = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1280,1000",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": {
            "binary": browser, "args": switches, "prefs": { "intl.accept_languages": language },
        } } } });
        let opened = driver.ask(Method::POST, "", Some(wanted)).await.unwrap();
        driver.session = format!("{}/{}", driver.session, opened["sessionId"].as_str().unwrap());
        Some(driver)
    }

    /// One request of the protocol: what it answers, or its error.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = request.send().await.unwrap();
        let fine = reply.status().is_success();
        let answer: Value = reply.json().await.unwrap();
        if fine {
            Ok(answer["value"].clone())
        } else {
            Err(answer["value"].clone())
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Value> {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.root);
        self.post("/url", json!({ "url": url })).await.unwrap();
    }

    /// The address, without the service's own part.
    pub async fn path(&self) -> String {
        let url = self.ask(Method::GET, "/url", None).await.unwrap();
        let path = url.as_str().unwrap().trim_start_matches(&self.root);
        // A page that follows an act says so in its address.
        path.split("?done=").next().unwrap_or(path).to_owned()
    }

    /// What a script of ours says of the page.
    pub async fn says(&self, script: &str) -> Value {
        let body = json!({ "script": format!("return {script}"), "args": [] });
        self.post("/execute/sync", body).await.unwrap()
    }

    /// The text that the reader sees.
    pub async fn text(&self) -> String {
        self.says("document.body.innerText").await.as_str().unwrap().to_owned()
    }

    /// Waits until this holds of the page.
    pub async fn until(&self, script: &str) {
        let began = Instant::now();
        while self.says(script).await != json!(true) {
            let text = self.text().await;
            assert!(began.elapsed() < PATIENCE, "it never came to {script}: {text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The first element that fits; the path of its requests.
    async fn find(&self, css: &str) -> String {
        let found = self
            .post("/element", json!({ "using": "css selector", "value": css }))
            .await;
        let Ok(found) = found else {
            panic!("{} has no {css}: {}", self.path().await, self.text().await);
        };
        format!("/element/{}", found[ELEMENT].as_str().unwrap())
    }

    /// Types into a field, in place of what is there.
    pub async fn types(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        self.post(&format!("{field}/clear"), json!({})).await.unwrap();
        self.post(&format!("{field}/value"), json!({ "text": text }))
            .await
            .unwrap();
    }

    pub async fn click(&self, css: &str) {
        let place = self.find(css).await;
        self.post(&format!("{place}/click"), json!({})).await.unwrap();
    }

    /// Clicks what leads to another page, and waits for that page.
    pub async fn follow(&self, css: &str) {
        self.says("(() => { window.left = true; return true; })()").await;
        self.click(css).await;
        self.until("!window.left && document.readyState === 'complete'").await;
    }

    /// From the sign-in page to wherever it leads.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.types("#email", email).await;
        self.types("#password", password).await;
        self.follow("main form .btn").await;
    }

    /// Ends the browser.
    pub async fn close(self) {
        self.ask(Method::DELETE, "", None).await.unwrap();
    }
}

/// The port that the driver says it listens on.
fn port_of(process: &mut Child) -> u16 {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let told = lines.by_ref().map_while(Result::ok);
    let port = told
        .filter_map(|line| {
            line.split_once("successfully on port ")?
                .1
                .trim_end_matches('.')
                .parse()
                .ok()
        })
        .next()
        .unwrap();
    // Read on, else the driver would stop when nobody takes what it prints.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    port
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.process.wait();
    }
}
