//! What a letter may say: references, dates and links. Never confidential content (G9).

use crate::domain::{Date, Instant, quantity::Quantity, text::Localised};
use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($($(#[$doc:meta])* $field:ident: $type:ty),* $(,)?) => {
        /// The facts of one event, as letters state them. Filled in when the event happens and kept with the letter
        /// that is owed; what a letter needs and does not find is an error, never a blank.
        ///
        /// There is no field for free text: reasons, questions and messages are read on the case page only.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Facts {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>),*
        }
    };
}

facts! {
    /// The case's reference. Every letter about a submitted dossier needs it.
    reference: String,
    /// The notice's public number. Every letter about a notice needs it.
    notice_number: String,
    /// The programme's name; the letter takes its own language.
    programme: Localised,
    /// Where to act: a path of this service, or a whole address. Default: the page of what the letter is about.
    link: String,
    /// When the event took effect. Default: when the letter became owed.
    event_at: Instant,
    /// The time zone of the notice's clock, by its IANA name. Default: UTC.
    zone: String,
    /// The last day on which an answer is in time.
    answer_by: Date,
    /// The instant at which something lapses by itself.
    lapses_at: Instant,
    /// The last day of the statutory clock, as things stand.
    due: Date,
    /// The last day on which reconsideration can be asked for. Default: 28 calendar days after `event_at` (V15).
    reconsideration_by: Date,
    /// The latest end of a pause of the clock.
    until: Instant,
    /// The end of an invitation.
    expires_at: Instant,
    /// The inspection's appointed time.
    slot: Instant,
    /// How long the inspection is planned to take. Default: 120 minutes.
    slot_minutes: u32,
    /// The times offered for an inspection.
    slots: Vec<Instant>,
    /// How many sites an inspection covers.
    sites: u32,
    /// The counted day of the clock.
    day_number: u32,
    /// How many days the clock has.
    days_total: u32,
    /// Days that remain: of an answer (working days), of a waiver or a notice (calendar days).
    days_left: u32,
    /// How many items a return lists.
    items: u32,
    /// How many questions a round has.
    questions: u32,
    /// The version of the dossier, or the edition of the notice.
    version: u32,
    /// The shipment's number within its waiver.
    shipment: u32,
    /// What a shipment, a waiver or an outcome amounts to.
    quantity: Quantity,
    /// The decision's outcome, by its code.
    outcome: String,
    /// The ground of D-12 or of N-10, by its code.
    ground: String,
    /// The public class of the reason for a recusal, by its code.
    reason_class: String,
    /// The result of a screening, by its code.
    result: String,
    /// A shipment's reported position, by its code.
    position: String,
    /// What became of a shipment that did not arrive, by its code.
    loss: String,
    waiver_number: String,
    /// Where anyone can check that a waiver is genuine: a path of this service, or a whole address.
    verify_link: String,
    /// The first day of a waiver or of an edition of a notice.
    valid_from: Date,
    /// The last day of a waiver, or for dossiers under a notice.
    valid_to: Date,
    /// SHA-256 of what was submitted, voted on or signed, in hexadecimal.
    digest: String,
    /// The delegation whose act it is.
    delegation: String,
    /// A condition's id.
    condition: String,
    /// A criterion's id.
    criterion: String,
    /// The organisation that a person is invited to.
    organisation: String,
    /// A sanctions list's name.
    list: String,
    /// Does the withdrawal of the notice end the cases under it?
    ended: bool,
    /// Was the inspection postponed by the host?
    by_host: bool,
    /// Did the other side agree to a correction?
    agreed: bool,
}
