//! The lists that the play screens against: excerpts of what was really published, compiled into the program.

use super::{player::Player, stage::Carry};
use anyhow::ensure;

/// A list's name, and its files as they were published (an excerpt; sources in `tests/fixtures/lists/README.md`).
type Excerpt = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! file {
    ($name:literal, $path:literal) => {
        ($name, include_str!(concat!("../../../tests/fixtures/lists/", $path)))
    };
}

const EXCERPTS: [Excerpt; 2] = [
    (
        "OFAC-SDN",
        &[
            file!("sdn.csv", "ofac_csv/sdn.csv"),
            file!("alt.csv", "ofac_csv/alt.csv"),
            file!("add.csv", "ofac_csv/add.csv"),
            file!("sdn_comments.csv", "ofac_csv/sdn_comments.csv"),
        ],
    ),
    ("UN-SC-CONSOLIDATED", &[file!("consolidated.xml", "un.xml")]),
];

/// The administrator loads them, as any agency would: through the API.
pub async fn load(player: &mut Player<'_>) -> anyhow::Result<()> {
    for (list, files) in EXCERPTS {
        let files = files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec()));
        let path = format!("/lists/{list}/versions");
        let answer = player
            .send("sec.admin", path, Carry::Files(files.collect()))
            .await?
            .json();
        ensure!(
            answer["result"] == "in_force",
            "{list} did not come into force: {answer}"
        );
        let entries = &answer["version"]["entries"];
        player.account.say(format!(
            "The administrator loads an excerpt of {list}: {entries} parties. Whoever a dossier names is looked for in it."
        ));
    }
    Ok(())
}
