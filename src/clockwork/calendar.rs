//! Calendars of public holidays: versioned data, never changed once a notice names it.

use super::calendars::{ru_public, us_federal};
use crate::domain::Date;
use std::{collections::BTreeSet, ops::RangeInclusive, sync::LazyLock};

/// A calendar of days on which a delegation's offices are closed besides Saturdays and Sundays.
///
/// A correction is a new version (`us-federal@2`): what a published notice named must go on meaning the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Name and version, for example `us-federal@1`.
    pub id: &'static str,
    /// In words, for people.
    pub name: &'static str,
    /// The law it follows, what it leaves out, and what was not known when it was made.
    pub source: &'static str,
    /// The years whose holidays it knows. None: every year.
    pub years: Option<RangeInclusive<i16>>,
    pub holidays: BTreeSet<Date>,
}

impl Calendar {
    /// Does the calendar know this date's year? Outside its years nothing is a holiday, which may be wrong.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        self.years.as_ref().is_none_or(|years| years.contains(&date.year()))
    }
}

static CALENDARS: LazyLock<[Calendar; 3]> = LazyLock::new(|| [none(), ru_public::version_1(), us_federal::version_1()]);

fn none() -> Calendar {
    Calendar {
        id: "none@1",
        name: "No public holidays",
        source: "Saturdays and Sundays only",
        years: None,
        holidays: BTreeSet::new(),
    }
}

/// The calendar of this name and version.
#[must_use]
pub fn calendar(id: &str) -> Option<&'static Calendar> {
    CALENDARS.iter().find(|calendar| calendar.id == id)
}

/// The names of all calendars, in alphabetical order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    CALENDARS.iter().map(|calendar| calendar.id)
}

/// No calendar has this name and version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no calendar is called {0:?}; there are {known}", known = ids().collect::<Vec<_>>().join(", "))]
pub struct UnknownCalendar(pub String);

/// The holidays of all these calendars together: a day is a working day only if it is one in every one of them.
///
/// # Errors
/// The first name that no calendar has.
pub fn union<Id: AsRef<str>>(ids: &[Id]) -> Result<BTreeSet<Date>, UnknownCalendar> {
    let mut holidays = BTreeSet::new();
    for id in ids {
        let calendar = calendar(id.as_ref()).ok_or_else(|| UnknownCalendar(id.as_ref().to_owned()))?;
        holidays.extend(&calendar.holidays);
    }
    Ok(holidays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_calendar_is_found_by_its_name_and_none_twice() {
        let names: Vec<_> = ids().collect();
        assert_eq!(names, ["none@1", "ru-public@1", "us-federal@1"]);
        for id in names {
            assert_eq!(calendar(id).unwrap().id, id);
        }
    }

    #[test]
    fn a_holiday_of_one_delegation_is_a_holiday_of_the_union() {
        let both = union(&["us-federal@1", "ru-public@1"]).unwrap();
        assert!(both.contains(&date(2026, 7, 3)), "the United States only");
        assert!(both.contains(&date(2026, 1, 9)), "Russia only");
        assert!(!both.contains(&date(2026, 7, 6)));
        assert_eq!(union(&["none@1"]).unwrap(), BTreeSet::new());
        assert_eq!(union::<&str>(&[]).unwrap(), BTreeSet::new());
    }

    #[test]
    fn an_unknown_name_or_version_is_refused_by_name() {
        let refused = union(&["us-federal@1", "us-federal@9"]).unwrap_err();
        assert_eq!(refused, UnknownCalendar("us-federal@9".to_owned()));
        assert!(refused.to_string().contains("ru-public@1, us-federal@1"), "{refused}");
        assert_eq!(calendar("us-federal"), None);
    }

    #[test]
    fn a_calendar_says_which_years_it_knows_and_has_no_day_outside_them() {
        for id in ids() {
            let calendar = calendar(id).unwrap();
            assert!(
                calendar.holidays.iter().all(|holiday| calendar.covers(*holiday)),
                "{id}"
            );
        }
        assert!(!calendar("us-federal@1").unwrap().covers(date(2029, 1, 1)));
        assert!(calendar("none@1").unwrap().covers(date(2099, 1, 1)));
    }
}
