//! Every code a finding may have. Codes are never reused; `docs/dossier-format.md` lists them.

use super::{Blocks, Severity};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($code:ident $severity:ident $blocks:ident $meaning:literal)*) => {
        /// What a finding is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[expect(non_camel_case_types, reason = "the codes are written as they appear in JSON")]
        pub enum Code { $(#[doc = $meaning] $code),* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// As it appears in JSON.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),* }
            }

            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity),* }
            }

            #[must_use]
            pub fn blocks(self) -> Blocks {
                match self { $(Code::$code => Blocks::$blocks),* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$code => $meaning),* }
            }
        }
    };
}

codes! {
    SECTION_MISSING Error Submission "A mandatory section is empty."
    FIELD_EMPTY Error Submission "A field that must say something is empty."
    CIVILIAN_STATUS_MISSING Error Submission "A party has no statement of its civilian status."
    CRITERION_STATEMENT_MISSING Error Submission "There is no statement to a mandatory criterion of the notice."
    CRITERION_EVIDENCE_MISSING Error Submission "A statement to a mandatory criterion cites no document. Not asked where the evidence comes later: screening, inspection, declaration."
    CRITERION_UNKNOWN Error Submission "A statement answers a criterion that the notice does not have."
    EVIDENCE_UNKNOWN Error Submission "A statement cites a document that the dossier does not contain."
    CONTACTS_TOO_FEW Error Submission "There are fewer than two contacts with different, usable addresses."
    CONTACT_EMAIL Error Submission "A contact's e-mail address cannot be used."
    TWIN_MISSING Error Submission "A confidential document has neither a non-confidential version nor a reason why not."
    DOCUMENT_HASH_FORM Error Submission "A document's SHA-256 is not 64 hexadecimal digits."
    DOCUMENTS_NOT_CLEAN Error Submission "A file is still in quarantine or was found unclean."
    DECLARATION_MISSING Error Submission "The signatory has not accepted the declaration."
    NOT_ELIGIBLE_SUBMITTER Error Submission "The notice is not open to this type of applicant."
    CEILING_EXCEEDED Error Submission "The goods are more than is left of the programme's ceiling."
    DUPLICATE_PARTY Error Submission "Two parties have the same id."
    DUPLICATE_GOODS_LINE Error Submission "Two lines of goods have the same number."
    DUPLICATE_SHIPMENT Error Submission "Two shipments have the same number."
    DUPLICATE_DOCUMENT Error Submission "A document is listed twice."
    DUPLICATE_STATEMENT Error Submission "There are two statements to one criterion."
    TEXT_CONTROL Error Submission "A text contains a control character."
    TEXT_BIDI Error Submission "A text contains a character that reverses or hides other characters."
    TEXT_TOO_LONG Error Submission "A text is longer than its field may be."
    LIST_TOO_LONG Error Submission "A list has more than 500 entries."
    DOC_MISSING Error Return "A document that the notice requires is not there."
    IMO_CHECK_DIGIT Error Return "The last digit of an IMO ship number is wrong, or it is no such number."
    IMO_COMPANY_CHECK_DIGIT Error Return "The last digit of an IMO company number is wrong, or it is no such number."
    LEI_CHECK Error Return "The check digits of a Legal Entity Identifier are wrong, or it is no such identifier."
    INN_CHECK Error Return "The check digits of a Russian taxpayer number are wrong, or it is no such number."
    OGRN_CHECK Error Return "The check digit of a Russian registration number is wrong, or it is no such number."
    BIC_SHAPE Error Return "A bank's identifier code has not the shape of one."
    LOCODE_UNKNOWN Error Return "A place is not in UN/LOCODE."
    LOCODE_NOT_PORT Error Return "A sea leg starts or ends at a place without a port."
    LOCODE_NOT_AIRPORT Error Return "An air leg starts or ends at a place without an airport."
    HS_FORM Error Return "A code of the Harmonized System is not six digits."
    HS_UNKNOWN Error Return "A code is not in the Harmonized System 2022."
    UNIT_UNKNOWN Error Return "A unit is not in UNECE Recommendation 20 (package codes such as BX are no units)."
    QUANTITY_NOT_POSITIVE Error Return "A quantity is zero."
    QUANTITY_TOO_FINE Error Return "A quantity cannot be counted exactly in thousandths of its base unit (grams, millilitres …)."
    KIT_NOT_DECOMPOSED Error Return "A kit is not broken down into its components."
    VALUE_MISMATCH Error Return "Quantity times unit value is not the value, by more than 0.01 a unit."
    COUNTRY_UNKNOWN Error Return "A country is not an ISO 3166-1 alpha-2 code."
    CURRENCY_UNKNOWN Error Return "A currency is not an ISO 4217 code that money can be in."
    MONEY_PRECISION Error Return "An amount of money has more digits after the point than its currency."
    DATE_ORDER Error Return "A leg arrives before it departs, or the next leaves before it arrives."
    VALIDITY_TOO_LONG Error Return "The requested validity is zero or longer than the notice allows."
    TOO_MANY_SHIPMENTS Error Return "There are more shipments than the notice allows."
    QUANTITIES_DIFFER Warning Nothing "The shipments together are more than the goods, or measure something else."
    HS_NOT_IN_EXTRACT Warning Nothing "The code is not in the extract of the Harmonized System kept here; look it up."
    LOCODE_NOT_RAIL Warning Nothing "A rail leg starts or ends at a place without a rail terminal or inland depot."
    LOCODE_NOT_INLAND_PORT Warning Nothing "An inland waterway leg starts or ends at a place without a port."
    ROUTE_BROKEN Warning Nothing "A leg does not start where the one before it ends."
    DESTINATION_NOT_COVERED Warning Nothing "The final country is not one of the notice's destinations."
    NAME_LATIN_MISSING Warning Nothing "A name in another script has no Latin form; screening works better with one."
    DUPLICATE_CONTACT Warning Nothing "Two contacts have the same address; they count once."
    HS_RESTRICTED_CHAPTER Info Nothing "The goods fall under a restricted chapter: why an exemption is needed, not a ground for refusal."
    HS_HIGH_PRIORITY Info Nothing "The goods are on the common high-priority list of export control."
    UNIT_VALUE_ROUNDING Info Nothing "Quantity times unit value differs from the value by rounding only."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
