//! Every wish that can be put to a notice (N-01 to N-11).

use super::{Nothing, Reasoned, actions};
use crate::domain::{Instant, notice::NoticeContent, text::Words};
use serde::{Deserialize, Serialize};

actions! {
    /// A wish put to a notice.
    NoticeAction / NoticeActionKind {
        CreateNotice(WriteNotice) = "create_notice",
        ReviseNotice(WriteNotice) = "revise_notice",
        ProposeNotice(Nothing) = "propose_notice",
        SendBackNotice(Reasoned) = "send_back_notice",
        ApproveNotice(ApproveText) = "approve_notice",
        PublishNotice(Nothing) = "publish_notice",
        ProposeAmendment(ProposeAmendment) = "propose_amendment",
        ApproveAmendment(ApproveText) = "approve_amendment",
        AnnounceClosing(AnnounceClosing) = "announce_closing",
        CloseNotice(CloseNotice) = "close_notice",
        WithdrawNotice(WithdrawNotice) = "withdraw_notice",
    }
}

/// N-01.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteNotice {
    pub content: Box<NoticeContent>,
}

/// N-04, N-06: what is approved is what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveText {
    /// The hash of the text, as shown.
    pub digest: String,
}

/// N-06.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeAmendment {
    pub content: Box<NoticeContent>,
    pub class: AmendmentClass,
    /// When it takes effect; a restrictive one no earlier than five working days from now.
    #[schema(value_type = String, format = DateTime)]
    pub effective_at: Instant,
    /// What changes and why, in words.
    pub explanation: Words,
}

/// How an amendment touches those who file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentClass {
    Clarifying,
    Favourable,
    Restrictive,
}

/// N-10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnounceClosing {
    pub days_left: u32,
}

/// N-10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseNotice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

/// N-11.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawNotice {
    /// Public.
    pub reason: Words,
    pub in_flight: InFlight,
}

/// What a withdrawal does to dossiers under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InFlight {
    Continue,
    Terminate,
}
