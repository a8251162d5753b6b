//! A shipment's life, from notice to verification.

use super::{Doing, chapters::Story};
use crate::domain::{
    case_fixture::CaseDocument,
    dossier::{PlannedShipment, Vessel},
    text::Language,
};
use serde_json::json;

/// The days of one shipment, `YYYY-MM-DD`; None: it has not come so far.
pub struct Voyage<'a> {
    pub number: u32,
    pub planned: &'a PlannedShipment,
    pub consignee: &'a str,
    pub notified: String,
    pub loaded: Option<String>,
    pub departed: Option<String>,
    pub discharged: Option<String>,
    pub attested: Option<String>,
    /// None: nobody has verified it yet. With the words on which the verification rests.
    pub verified: Option<(String, String)>,
}

impl Voyage<'_> {
    fn vessel(&self) -> Option<&Vessel> {
        self.planned.legs.first().and_then(|leg| leg.vessel.as_ref())
    }

    fn by(&self) -> String {
        self.vessel().map_or("by road".to_owned(), |vessel| vessel.name.clone())
    }
}

impl Story<'_> {
    /// Plays a shipment from its notice to its verification.
    pub fn ships(&mut self, voyage: &Voyage<'_>) {
        let (Some(first), Some(last)) = (voyage.planned.legs.first(), voyage.planned.legs.last()) else {
            return;
        };
        let drafter = self.drafter();
        let quantity = json!(voyage.planned.quantity);
        let told = format!("{} {}", voyage.planned.quantity.amount, voyage.planned.quantity.unit);
        let shipment = voyage.number;
        let notice = json!({
            "quantity": quantity, "final_country": voyage.planned.final_country, "consignee": voyage.consignee,
            "from": first.from, "to": first.to, "vessel": voyage.vessel(),
        });
        let says = format!(
            "shipment {shipment} notified: {told} for {}, {}",
            voyage.planned.final_country,
            voyage.by()
        );
        self.script.act(
            &format!("{}T08:30Z", voyage.notified),
            &drafter,
            "notify_shipment",
            notice,
            says,
        );
        self.loads(voyage, &quantity, &told);
        for (day, position, place) in [
            (&voyage.departed, "departed", &first.from),
            (&voyage.discharged, "discharged", &first.to),
        ] {
            let Some(day) = day else { continue };
            let body = json!({ "shipment": shipment, "position": position, "on": day, "place": place });
            let says = format!("shipment {shipment} {position}: {place}");
            self.script
                .act(&format!("{day}T16:00Z"), &drafter, "report_position", body, says);
        }
        self.is_attested(voyage, &last.to, &told);
        if let Some((day, basis)) = &voyage.verified {
            let body = json!({ "shipment": shipment, "verified": true, "basis": basis });
            let says = format!("shipment {shipment}: delivery of {told} verified");
            self.script
                .act(&format!("{day}T09:00Z"), "sec.officer", "verify_delivery", body, says);
        }
    }

    fn is_attested(&mut self, voyage: &Voyage<'_>, place: &str, told: &str) {
        let Some(on) = voyage.attested.clone() else { return };
        let (shipment, quantity) = (voyage.number, json!(voyage.planned.quantity));
        let at = format!("{on}T12:00Z");
        let paper = self.upload(&at, "mon.monitor", shipment, "WAREHOUSE_RECEIPT");
        let says = format!("shipment {shipment}: {told} received at {place}, attested");
        let place = place.to_owned();
        self.script.then(&at, "mon.monitor", "attest_delivery", says, move |scene| {
            let evidence = [scene.paper(&paper)?.id];
            Ok(json!({ "shipment": shipment, "quantity": quantity, "on": on, "place": place, "evidence": evidence }))
        });
    }

    fn loads(&mut self, voyage: &Voyage<'_>, quantity: &serde_json::Value, told: &str) {
        let Some(loaded_on) = voyage.loaded.clone() else { return };
        let (shipment, drafter) = (voyage.number, self.drafter());
        let at = format!("{loaded_on}T18:00Z");
        let lading = self.upload(&at, &drafter, shipment, "BILL_OF_LADING");
        let weight = self.upload(&at, &drafter, shipment, "WEIGHT_NOTE");
        let quantity = quantity.clone();
        let says = format!("shipment {shipment} loaded: {told}, with bill of lading and weight note");
        self.script.then(&at, &drafter, "report_loading", says, move |scene| {
            Ok(json!({
                "shipment": shipment, "quantity": quantity, "loaded_on": loaded_on,
                "bill_of_lading": scene.paper(&lading)?.id, "weight_note": scene.paper(&weight)?.id,
            }))
        });
    }

    /// Uploads a paper of a shipment and returns its name.
    fn upload(&mut self, at: &str, who: &str, shipment: u32, class: &str) -> String {
        let name = format!("{class}_{shipment}");
        let paper = CaseDocument {
            class: name.clone(),
            file_name: format!("{}.pdf", name.to_lowercase()),
            language: Language::En,
        };
        self.script.step(at, who, Doing::Upload(paper, false), "");
        name
    }
}
