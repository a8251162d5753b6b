use super::{
    face::Faces,
    layout::{Layout, Mark, RIGHT, What},
    press,
    sheet::{Block, Column, Part, Sheet, Table},
};
use crate::domain::text::Language;

fn sheet(blocks: Vec<Block>) -> Sheet {
    let part = |language| Part {
        language,
        running: "Outcome WV-1".to_owned(),
        foot: "Outcome of waiver WV-1".to_owned(),
        blocks: blocks.clone(),
    };
    Sheet {
        title: "Outcome WV-1".to_owned(),
        id: "outcome:WV-1".to_owned(),
        as_of: "2026-05-20T12:00:00Z".parse().unwrap(),
        parts: Language::ALL.map(part).to_vec(),
    }
}

fn shipments(count: u32) -> Block {
    let row = |n: u32| {
        vec![
            n.to_string(),
            format!("Судно номер {n}"),
            format!("{n}\u{a0}000\u{a0}tonnes"),
        ]
    };
    Block::Table(Table {
        columns: vec![
            Column::number("№", 10.0),
            Column::new("Vessel", 50.0),
            Column::number("Delivered", 40.0),
        ],
        rows: (1..=count).map(row).collect(),
        total: Some(vec![String::new(), "Total".to_owned(), "200\u{a0}tonnes".to_owned()]),
    })
}

/// The lines of every page, from top to bottom.
fn lines(sheet: &Sheet) -> Vec<Vec<(f32, String)>> {
    let faces = Faces::read().unwrap();
    let mut layout = Layout::new(&faces);
    for part in &sheet.parts {
        layout.part(part).unwrap();
    }
    let mut pages = vec![Vec::new(); layout.page + 1];
    for Mark { page, what, .. } in &layout.marks {
        if let What::Text { x, y, style, text } = what {
            assert!(*y < 785.0, "below the page: {text}");
            let end = x + faces.width(text.trim_end_matches(' '), *style);
            assert!(end <= RIGHT + 0.5, "beyond the margin: {text}");
            pages[*page].push((*y, text.clone()));
        }
    }
    pages
}

#[test]
fn two_hundred_shipments_flow_over_pages_with_the_head_on_each() {
    let sheet = sheet(vec![Block::Heading("Annex".to_owned()), shipments(200)]);
    let pages = lines(&sheet);
    assert!(pages.len() >= 10, "{}", pages.len());
    for page in &pages {
        assert_eq!(page.iter().filter(|(_, text)| text == "Vessel").count(), 1);
    }
    let all: Vec<&String> = pages.iter().flatten().map(|(_, text)| text).collect();
    for n in [1, 57, 200] {
        assert_eq!(
            all.iter().filter(|text| ***text == format!("Судно номер {n}")).count(),
            2,
            "{n}"
        );
    }
    assert!(press::print(&sheet).unwrap().len() > 10_000);
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let sheet = sheet(vec![shipments(3)]);
    assert_eq!(press::print(&sheet).unwrap(), press::print(&sheet).unwrap());
}

#[test]
fn long_names_and_hashes_wrap_within_their_cells() {
    let long = "Объединённая межведомственная комиссия по гуманитарным поставкам ".repeat(12);
    let facts = vec![
        ("Держатель".to_owned(), long.clone()),
        ("SHA-256".to_owned(), "0123456789abcdef".repeat(16)),
    ];
    let proof = Block::Proof {
        address: "https://corridor.example/verify?number=WV-1&code=0".to_owned(),
        alternative: "QR".to_owned(),
        facts: facts.clone(),
    };
    let sheet = sheet(vec![
        Block::Letterhead {
            left: long.clone(),
            right: "№\u{a0}WV-1".to_owned(),
        },
        Block::Title {
            text: long.clone(),
            under: long.clone(),
        },
        Block::Status(long.clone()),
        Block::Facts(facts),
        Block::Together(vec![Block::Heading("Verification".to_owned()), proof]),
    ]);
    let text: String = lines(&sheet).into_iter().flatten().map(|(_, text)| text).collect();
    assert!(text.contains("0123456789abcdef"));
    assert!(press::print(&sheet).is_ok());
}

#[test]
fn a_text_longer_than_a_page_goes_on_and_a_row_as_well() {
    let long = "Причина изложена подробно. ".repeat(400);
    let tall = Block::Table(Table {
        columns: vec![Column::new("A", 50.0), Column::new("B", 50.0)],
        rows: vec![vec![long.clone(), "short".to_owned()]],
        total: None,
    });
    let pages = lines(&sheet(vec![Block::Text(long.clone()), tall]));
    let words: usize = pages
        .iter()
        .flatten()
        .map(|(_, text)| text.matches("подробно").count())
        .sum();
    assert_eq!(words, 2 * 2 * 400);
}

#[test]
fn what_belongs_together_stays_together_and_no_heading_ends_a_page() {
    for filler in 30..60 {
        let mut blocks: Vec<Block> = (0..filler).map(|n| Block::Note(format!("line {n}"))).collect();
        blocks.push(Block::Together(vec![
            Block::Heading("Signatures".to_owned()),
            shipments(6),
        ]));
        blocks.push(Block::Heading("Afterwards".to_owned()));
        blocks.push(Block::Text("A word or two.".to_owned()));
        for page in lines(&sheet(blocks)) {
            let has = |wanted: &str| page.iter().any(|(_, text)| text == wanted);
            assert_eq!(has("Signatures"), has("Судно номер 6"), "{filler}");
            assert_eq!(has("Afterwards"), has("A word or two."), "{filler}");
        }
    }
}

#[test]
fn names_in_other_scripts_do_not_stop_the_press() {
    let sheet = sheet(vec![Block::Text("粮食 حبوب \u{301} \u{200b} 🙂".to_owned())]);
    assert!(press::print(&sheet).is_ok());
}
