//! OFAC's SDN.XML and CONSOLIDATED.XML (the classic form, `sdnList`).

use super::{
    Loaded, Refusal, RefusalCode, fields, remarks,
    source::ListFile,
    xml::{self, Node},
};
use crate::screening::entry::{Kind, ListedEntry, NameKind};

/// Reads the list. The file says how many entries it has; if there are not so many, it is refused.
pub(super) fn read(list: &str, file: ListFile<'_>) -> Result<Loaded, Refusal> {
    let name = file.name.clone();
    let mut promised = None;
    let mut loaded = Loaded {
        list: list.to_owned(),
        ..Loaded::default()
    };
    let read = xml::records(file, &["publshInformation", "sdnEntry"], &mut |node, _line| {
        match node.name.as_str() {
            "sdnEntry" => loaded.entries.push(entry(list, &node)?),
            "publshInformation" => {
                loaded.published = american_date(node.of("Publish_Date"));
                promised = node.of("Record_Count").parse::<usize>().ok();
            }
            "sdnList" => {}
            other => return Err(format!("<{other}> is not OFAC's sdnList")),
        }
        Ok(())
    })?;
    let count = loaded.entries.len();
    if let Some(promised) = promised.filter(|promised| *promised != count) {
        return Err(super::source::refusal(
            RefusalCode::Truncated,
            &name,
            0,
            format!("it promises {promised} entries and has {count}"),
        ));
    }
    loaded.files.push(read);
    Ok(loaded)
}

/// `07/06/2021` is the sixth of July.
pub(super) fn american_date(text: &str) -> Option<String> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    fields::date(&format!("{year}-{month}-{day}"))
}

/// `LAST, First`, as the delimited files write it.
fn full_name(node: &Node) -> String {
    match (node.of("lastName"), node.of("firstName")) {
        (last, "") => last.to_owned(),
        (last, first) => format!("{last}, {first}"),
    }
}

fn entry(list: &str, node: &Node) -> Result<ListedEntry, String> {
    let mut entry = ListedEntry {
        list: list.to_owned(),
        id: node.of("uid").to_owned(),
        kind: match node.of("sdnType") {
            "Individual" => Kind::Person,
            "Entity" => Kind::Organisation,
            "Vessel" => Kind::Vessel,
            "Aircraft" => Kind::Aircraft,
            other => return Err(format!("an entry's kind is unknown: {other:?}")),
        },
        remarks: node.of("remarks").to_owned(),
        programmes: node.texts("program").into_iter().map(str::to_owned).collect(),
        ..ListedEntry::default()
    };
    entry.add_name(&full_name(node), NameKind::Primary);
    if entry.id.is_empty() || entry.names.is_empty() {
        return Err("an entry has no uid or no name".into());
    }
    for alias in node.child("akaList").into_iter().flat_map(|list| list.all("aka")) {
        let kind = match (alias.of("category"), alias.of("type")) {
            ("weak", _) => NameKind::Weak,
            (_, "f.k.a.") => NameKind::Fka,
            _ => NameKind::Aka,
        };
        entry.add_name(&full_name(alias), kind);
    }
    details(&mut entry, node);
    Ok(entry)
}

fn details(entry: &mut ListedEntry, node: &Node) {
    remarks::read(entry);
    for date in node.texts("dateOfBirth") {
        fields::add(&mut entry.dates_of_birth, &fields::date(date).unwrap_or_default());
    }
    let mut found = Vec::new();
    for name in ["nationality", "citizenship"] {
        node.below(name, &mut found);
    }
    for place in found {
        fields::add_country(&mut entry.countries, place.of("country"));
    }
    fields::add_country(
        &mut entry.countries,
        node.child("vesselInfo").map_or("", |vessel| vessel.of("vesselFlag")),
    );
    for address in node
        .child("addressList")
        .into_iter()
        .flat_map(|list| list.all("address"))
    {
        let parts = [
            "address1",
            "address2",
            "address3",
            "city",
            "stateOrProvince",
            "postalCode",
            "country",
        ];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(|part| address.of(part))
            .filter(|part| !part.is_empty())
            .collect();
        fields::add(&mut entry.addresses, &parts.join(", "));
        fields::add_country(&mut entry.countries, address.of("country"));
    }
    for number in node.child("idList").into_iter().flat_map(|list| list.all("id")) {
        remarks::typed_number(
            entry,
            number.of("idType"),
            number.of("idNumber"),
            number.of("idCountry"),
        );
    }
}
