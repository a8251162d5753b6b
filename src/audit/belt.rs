//! A row of things to be worked on: one thread puts them in, one takes them out in the same order, and whoever would have
//! to wait does the work on the next thing instead.
//!
//! A thread that sleeps has to be woken, which on a machine with few cores takes as long as much of the work.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// At most so many things, and the work that is done on each.
pub(super) struct Belt<T, W> {
    most: usize,
    work: W,
    row: Mutex<Row<T>>,
    changed: Condvar,
}

struct Row<T> {
    slots: VecDeque<Slot<T>>,
    /// How many were taken out: the number of the first that is here.
    out: u64,
    /// Nothing more comes.
    closed: bool,
    /// Nobody takes anything out any more.
    unwanted: bool,
}

enum Slot<T> {
    Waits(T),
    InWork,
    Done(T),
    /// The work on it failed.
    Lost,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    Thing(T),
    /// The work on it failed.
    Lost,
    End,
}

impl<T, W: Fn(&mut T)> Belt<T, W> {
    pub(super) fn new(most: usize, work: W) -> Self {
        Self {
            most,
            work,
            row: Mutex::new(Row {
                slots: VecDeque::with_capacity(most),
                out: 0,
                closed: false,
                unwanted: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Puts a thing in, when there is room; false if nobody wants it.
    pub(super) fn put(&self, thing: T) -> bool {
        let mut row = self.row();
        while row.slots.len() >= self.most && !row.unwanted {
            row = self.help(row);
        }
        if row.unwanted {
            return false;
        }
        row.slots.push_back(Slot::Waits(thing));
        self.changed.notify_all();
        true
    }

    /// Takes out the next thing, when the work on it is done.
    pub(super) fn take(&self) -> Next<T> {
        let mut row = self.row();
        loop {
            let next = match row.slots.front() {
                None if row.closed => return Next::End,
                Some(Slot::Done(_) | Slot::Lost) => row.slots.pop_front(),
                _ => None,
            };
            let next = match next {
                Some(Slot::Done(thing)) => Next::Thing(thing),
                Some(_) => Next::Lost,
                None => {
                    row = self.help(row);
                    continue;
                }
            };
            row.out += 1;
            self.changed.notify_all();
            return next;
        }
    }

    /// Works until nothing more is to be done.
    pub(super) fn work_along(&self) {
        let mut row = self.row();
        while !row.unwanted && !row.is_worked_off() {
            row = self.help(row);
        }
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.row().closed = true;
        self.changed.notify_all();
    }

    /// Nobody takes anything out any more.
    pub(super) fn leave(&self) {
        self.row().unwanted = true;
        self.changed.notify_all();
    }

    /// Does the work on a thing that waits for it; if there is none, waits until something has changed.
    fn help<'a>(&'a self, mut row: MutexGuard<'a, Row<T>>) -> MutexGuard<'a, Row<T>> {
        let Some((number, thing)) = row.begin() else {
            return self.changed.wait(row).unwrap_or_else(PoisonError::into_inner);
        };
        drop(row);
        let mut hand = Hand {
            belt: self,
            number,
            thing: Some(thing),
        };
        hand.thing.iter_mut().for_each(&self.work);
        drop(hand);
        self.row()
    }

    fn row(&self) -> MutexGuard<'_, Row<T>> {
        // Nobody leaves a row half changed.
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Row<T> {
    /// The first thing that nobody works on, which somebody does now, and its number.
    fn begin(&mut self) -> Option<(u64, T)> {
        for (number, slot) in (self.out..).zip(&mut self.slots) {
            if let Slot::Waits(_) = slot
                && let Slot::Waits(thing) = std::mem::replace(slot, Slot::InWork)
            {
                return Some((number, thing));
            }
        }
        None
    }

    fn is_worked_off(&self) -> bool {
        self.closed && !self.slots.iter().any(|slot| matches!(slot, Slot::Waits(_)))
    }
}

/// A thing that somebody works on. Whatever happens, its place in the row does not stay empty.
struct Hand<'a, T, W: Fn(&mut T)> {
    belt: &'a Belt<T, W>,
    number: u64,
    thing: Option<T>,
}

impl<T, W: Fn(&mut T)> Drop for Hand<'_, T, W> {
    fn drop(&mut self) {
        let done = match self.thing.take() {
            Some(thing) if !std::thread::panicking() => Slot::Done(thing),
            _ => Slot::Lost,
        };
        let mut row = self.belt.row();
        let place = self.number - row.out;
        if let Some(slot) = usize::try_from(place).ok().and_then(|place| row.slots.get_mut(place)) {
            *slot = done;
        }
        drop(row);
        self.belt.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{thread, time::Duration};

    /// Puts numbers in and takes out what was made of them, with so many others at work.
    fn doubled(count: u64, most: usize, others: usize, slow: impl Fn(u64) + Sync) -> Vec<Next<u64>> {
        let belt = Belt::new(most, |number: &mut u64| {
            slow(*number);
            *number *= 2;
        });
        let belt = &belt;
        thread::scope(|scope| {
            for _ in 0..others {
                scope.spawn(|| belt.work_along());
            }
            scope.spawn(move || {
                assert!((0..count).all(|number| belt.put(number)));
                belt.close();
            });
            let mut taken = Vec::new();
            loop {
                match belt.take() {
                    Next::End => break,
                    next => taken.push(next),
                }
            }
            taken
        })
    }

    #[test]
    fn everything_comes_out_worked_on_and_in_order() {
        for (most, others) in [(1, 0), (1, 3), (2, 0), (12, 0), (12, 1), (12, 6)] {
            // Now and then one takes long, so that later ones are done before it.
            let slow = |number| {
                if number % 37 == 0 {
                    thread::sleep(Duration::from_micros(300));
                }
            };
            let taken = doubled(1000, most, others, slow);
            assert!(taken.into_iter().eq((0..1000).map(|number| Next::Thing(number * 2))));
        }
        assert!(doubled(0, 3, 1, |_| {}).is_empty());
    }

    #[test]
    fn whoever_puts_in_is_told_that_nobody_wants_it() {
        let belt = Belt::new(2, |_: &mut u64| {});
        thread::scope(|scope| {
            scope.spawn(|| belt.work_along());
            let putting = scope.spawn(|| (0..).take_while(|number| belt.put(*number)).count());
            assert_eq!(belt.take(), Next::Thing(0));
            belt.leave();
            assert!(putting.join().unwrap() >= 1);
        });
    }

    #[test]
    fn work_that_fails_leaves_no_gap() {
        let belt = Belt::new(8, |number: &mut u64| assert_ne!(*number, 3, "meant to fail"));
        thread::scope(|scope| {
            assert!((0..6).all(|number| belt.put(number)));
            belt.close();
            let failing = scope.spawn(|| belt.work_along());
            assert!(failing.join().is_err());
            let taken: Vec<_> = (0..7).map(|_| belt.take()).collect();
            let thing = Next::Thing;
            assert_eq!(
                taken,
                [thing(0), thing(1), thing(2), Next::Lost, thing(4), thing(5), Next::End]
            );
        });
    }
}
