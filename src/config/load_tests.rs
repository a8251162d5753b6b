use super::*;
use crate::config::{MailTls, StoreKind};
use serde_json::Value;
use std::collections::BTreeSet;

const DEFAULT: &str = include_str!("../../config/default.toml");

fn load(files: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let path = |name: &str| folder.path().join(name);
    let mine = path("mine.toml");
    let environment = environment
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    Settings::load_from(
        &path("default.toml"),
        mine.is_file().then_some(mine.as_path()),
        environment,
    )
}

fn json(settings: &Settings) -> Value {
    serde_json::to_value(settings).unwrap()
}

fn leaves(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}.{key}")
                };
                leaves(value, &path, into);
            }
        }
        _ => drop(into.insert(at.to_owned())),
    }
}

/// Every `section.key` of the default file, commented out or not, with the line above it.
fn keys_of_default_file() -> Vec<(String, String)> {
    let (mut section, mut above, mut keys) = (String::new(), String::new(), Vec::new());
    for line in DEFAULT.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ")
            && key
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        {
            keys.push((format!("{section}.{key}"), above.clone()));
        }
        above = line.to_owned();
    }
    keys
}

#[test]
fn the_default_file_says_what_is_built_in() {
    let from_file = load(&[("default.toml", DEFAULT)], &[]).unwrap();
    assert_eq!(json(&from_file), json(&Settings::default()));
}

#[test]
fn the_default_file_has_every_key_and_a_comment_above_it() {
    let mut expected = BTreeSet::new();
    leaves(&json(&Settings::default()), "", &mut expected);
    let keys = keys_of_default_file();
    let named: BTreeSet<String> = keys.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(named, expected);
    for (key, above) in keys {
        assert!(above.starts_with("# ") && above.len() > 10, "{key} has no comment");
    }
}

#[test]
fn every_value_written_in_the_default_file_is_the_built_in_one() {
    // A key that is absent from the file would take the built-in value unnoticed: compare the text itself.
    let written: Value = Config::builder()
        .add_source(File::from_str(DEFAULT, FileFormat::Toml))
        .build()
        .unwrap()
        .try_deserialize()
        .unwrap();
    let (mut in_file, mut built_in) = (BTreeSet::new(), BTreeSet::new());
    leaves(&written, "", &mut in_file);
    leaves(&json(&Settings::default()), "", &mut built_in);
    let absent: Vec<_> = built_in.difference(&in_file).cloned().collect();
    let without_value = [
        "audit.key_file",
        "audit.memory_file",
        "audit.origin",
        "audit.policy_file",
        "audit.private_key_file",
        "database.url",
        "database.url_file",
        "documents.s3.secret_access_key_file",
        "mail.folder",
        "mail.smtp.password_file",
        "screening.server.key_file",
        "tokens.issuer",
        "tokens.key_dir",
    ];
    assert_eq!(absent, without_value);
}

#[test]
fn the_production_example_can_be_read_and_asks_only_for_its_secret_files() {
    let example = include_str!("../../config/production.example.toml");
    let settings = load(&[("default.toml", DEFAULT), ("mine.toml", example)], &[]).unwrap();
    let complaints = settings.complaints();
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(
        complaints
            .iter()
            .all(|complaint| complaint.starts_with("cannot read /run/secrets/")),
        "{complaints:?}"
    );
}

#[test]
fn later_sources_win() {
    let files = [
        ("default.toml", "[limits]\npage = 10\nburst = 11\njson_bytes = 2000"),
        ("mine.toml", "[limits]\npage = 20\nburst = 21"),
    ];
    let settings = load(&files, &[("CORRIDOR__LIMITS__PAGE", "30")]).unwrap();
    assert_eq!(
        (settings.limits.page, settings.limits.burst, settings.limits.json_bytes),
        (30, 21, 2000)
    );
}

#[test]
fn the_environment_reaches_every_depth_and_keeps_leading_zeros_of_a_password() {
    let settings = load(
        &[],
        &[
            ("CORRIDOR__MAIL__SMTP__PASSWORD", "0070"),
            ("CORRIDOR__MAIL__SMTP__TLS", "tls"),
            ("CORRIDOR__DOCUMENTS__STORE", "s3"),
            ("CORRIDOR__JOBS__ENABLED", "false"),
            ("CORRIDOR__SERVER__LISTEN", "[::1]:9000"),
            ("CORRIDOR__SERVER__TRUSTED_PROXIES", "10.0.0.1, ::1"),
            ("CORRIDOR_CONFIG", "ignored here"),
        ],
    )
    .unwrap();
    assert_eq!(settings.mail.smtp.secret().unwrap().unwrap().expose_secret(), "0070");
    assert_eq!(settings.mail.smtp.tls, MailTls::Tls);
    assert_eq!(settings.documents.store, StoreKind::S3);
    assert!(!settings.jobs.enabled);
    assert_eq!(settings.server.listen.to_string(), "[::1]:9000");
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    assert!(!format!("{settings:?}").contains("0070"));
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    assert!(load(&[("mine.toml", "[server]\nlissten = \"1\"")], &[]).is_err());
    assert!(load(&[("mine.toml", "[serer]\n")], &[]).is_err());
    assert!(load(&[], &[("CORRIDOR__SERVER__LISSTEN", "1")]).is_err());
}

#[test]
fn a_secret_in_a_settings_file_is_refused_without_repeating_it() {
    for text in [
        "[mail.smtp]\npassword = \"hunter22\"",
        "[documents.s3]\nsecret_access_key = \"hunter22\"",
        "[database]\nurl = \"postgres://corridor:hunter22@db/corridor\"",
    ] {
        let error = load(&[("mine.toml", text)], &[]).unwrap_err();
        assert!(matches!(error, ConfigError::SecretInFile { .. }), "{error}");
        assert!(!error.to_string().contains("hunter22"));
    }
}

#[test]
fn the_built_in_settings_give_no_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    settings.data.folder = folder.path().to_owned();
    assert_eq!(settings.complaints(), Vec::<String>::new());
    assert!(settings.database_url().unwrap().expose_secret().starts_with("sqlite:"));
}

#[test]
fn plain_http_is_refused_outside_this_machine() {
    let mut settings = Settings::default();
    for (url, fine) in [
        ("http://localhost:8080", true),
        ("http://[::1]:8080", true),
        ("https://waivers.example.org", true),
        ("http://waivers.example.org", false),
        ("http://127.0.0.1.example.org", false),
        ("http://user@waivers.example.org", false),
        ("ftp://localhost", false),
        ("https://", false),
        ("https://a.example/", false),
    ] {
        url.clone_into(&mut settings.server.base_url);
        assert_eq!(
            settings.complaints().is_empty(),
            fine,
            "{url}: {:?}",
            settings.complaints()
        );
    }
}

#[test]
fn a_distant_database_needs_verified_tls() {
    let mut settings = Settings::default();
    for (url, fine) in [
        ("postgres://corridor@127.0.0.1:5432/corridor", true),
        ("postgres:///corridor?host=/run/postgresql", true),
        ("postgres://corridor@db.example.org/corridor?sslmode=verify-full", true),
        ("postgres://corridor@db.example.org/corridor?sslmode=require", false),
        ("mysql://corridor@localhost/corridor", false),
    ] {
        settings.database.url = Some(url.to_owned());
        assert_eq!(
            settings.complaints().is_empty(),
            fine,
            "{url}: {:?}",
            settings.complaints()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_complained_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("2026.pem");
    std::fs::write(&key, "key").unwrap();
    let mut settings = Settings::default();
    settings.tokens.key_dir = Some(folder.path().to_owned());
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(settings.complaints()[0].contains("chmod 600"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(settings.complaints().is_empty());
}

#[cfg(unix)]
#[test]
fn the_address_of_the_database_can_come_from_a_file_of_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, "postgres://corridor:hunter22@localhost/corridor\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut settings = Settings::default();
    settings.database.url_file = Some(file);
    let url = settings.database_url().unwrap();
    assert_eq!(url.expose_secret(), "postgres://corridor:hunter22@localhost/corridor");
    assert!(settings.complaints().is_empty());
    assert!(!format!("{url:?}").contains("hunter22"));
}
