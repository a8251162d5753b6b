//! What must hold of a document that is attached to a dossier (D-02).

use crate::workflow::{action::Action, case::Case, step::Condition};

type Fact = Condition<Case>;

pub(super) const FILE_IS_HERE: Fact = Condition {
    code: "document_unknown",
    cites: "D-02",
    says: "Upload the file to this case first, then attach it by its id.",
    holds: |ask| match ask.action {
        Some(Action::AttachDocument(attach)) => ask.around.documents.contains_key(&attach.document),
        _ => true,
    },
};
pub(super) const FILE_CLEAN: Fact = Condition {
    code: "document_in_quarantine",
    cites: "D-02",
    says: "The file is still in quarantine or was rejected. Wait until it is clean, or upload another.",
    holds: |ask| match ask.action {
        Some(Action::AttachDocument(attach)) => ask
            .around
            .documents
            .get(&attach.document)
            .is_none_or(|document| document.clean),
        _ => true,
    },
};
pub(super) const TWIN_OR_REASON: Fact = Condition {
    code: "public_twin_unknown",
    cites: "D-04",
    says: "The non-confidential version must be attached to this dossier before the confidential one.",
    holds: |ask| match ask.action {
        Some(Action::AttachDocument(attach)) => attach
            .public_twin
            .is_none_or(|twin| ask.subject.dossier.documents.iter().any(|d| d.id == twin)),
        _ => true,
    },
};
pub(super) const KNOWN_PREDECESSOR: Fact = Condition {
    code: "replaced_document_unknown",
    cites: "G6",
    says: "The document to replace is not in the dossier.",
    holds: |ask| match ask.action {
        Some(Action::AttachDocument(attach)) => attach
            .replaces
            .is_none_or(|old| ask.subject.dossier.documents.iter().any(|d| d.id == old)),
        _ => true,
    },
};
pub(super) const DOCUMENT_KNOWN: Fact = Condition {
    code: "document_not_attached",
    cites: "D-02",
    says: "That document is not attached to the dossier.",
    holds: |ask| match ask.action {
        Some(Action::DetachDocument(detach)) => ask.subject.dossier.documents.iter().any(|d| d.id == detach.document),
        _ => true,
    },
};
