//! The drawdown ledger: every line moves a quantity from one account to another, so that the sum is always zero.

use std::collections::BTreeMap;

/// Where a quantity can be. All in thousandths of the base unit (grams, thousandths of a piece).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// The counterpart of everything authorised.
    Authorised,
    /// Free to be shipped.
    Available,
    /// Promised to a shipment that was notified.
    Reserved,
    Delivered,
    /// Lost or diverted.
    WrittenOff,
    /// The notice's allowance for loading differences.
    Tolerance,
}

/// One line; lines are never edited (a mistake is reversed and written anew).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    pub from: Account,
    pub to: Account,
    pub milli: i64,
    pub shipment: u32,
    pub word: &'static str,
}

/// All lines of a waiver.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub lines: Vec<Line>,
    balances: BTreeMap<Account, i64>,
}

impl Ledger {
    /// The ledger of a new waiver.
    #[must_use]
    pub fn opened(authorised_milli: i64, tolerance_milli: i64) -> Self {
        let mut ledger = Self::default();
        ledger.transfer(
            Account::Authorised,
            Account::Available,
            authorised_milli,
            0,
            "authorise",
        );
        ledger.transfer(Account::Authorised, Account::Tolerance, tolerance_milli, 0, "tolerance");
        ledger
    }

    #[must_use]
    pub fn balance(&self, account: Account) -> i64 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    /// Σ over all accounts: zero, always.
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.balances.values().sum()
    }

    pub(super) fn transfer(&mut self, from: Account, to: Account, milli: i64, shipment: u32, word: &'static str) {
        if milli == 0 {
            return;
        }
        *self.balances.entry(from).or_default() -= milli;
        *self.balances.entry(to).or_default() += milli;
        self.lines.push(Line {
            from,
            to,
            milli,
            shipment,
            word,
        });
    }

    /// Can a shipment exceed its reservation by this much: from what is available, and the rest within the tolerance?
    #[must_use]
    pub fn can_exceed(&self, excess: i64, tolerance: i64) -> bool {
        let rest = excess - self.balance(Account::Available).max(0);
        excess <= 0 || rest <= 0 || (rest <= self.balance(Account::Tolerance) && excess <= tolerance)
    }

    /// Makes a reservation as large as what was loaded or delivered.
    pub(super) fn adjust(&mut self, reserved: i64, actual: i64, shipment: u32) {
        if actual <= reserved {
            self.transfer(
                Account::Reserved,
                Account::Available,
                reserved - actual,
                shipment,
                "release",
            );
            return;
        }
        let from_available = (actual - reserved).min(self.balance(Account::Available).max(0));
        self.transfer(
            Account::Available,
            Account::Reserved,
            from_available,
            shipment,
            "adjust",
        );
        let rest = actual - reserved - from_available;
        self.transfer(Account::Tolerance, Account::Reserved, rest, shipment, "tolerance");
    }
}
