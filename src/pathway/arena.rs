//! The memory of an arm under way: handed on from arm to arm and replication to replication, places of finished work used again.
//!
//! Everything that happens in an arm is numbered by its place in a table. Tables keep their memory when an arm is over, so
//! that the next one allocates nothing and touches no new page. Work items and news are forgotten once they are over:
//! the tables then hold what is under way instead of all that ever was, which is what lets memory follow the number of
//! people alone.

use std::cell::Cell;
use std::collections::VecDeque;

use crate::base::Time;

use super::continuity::Thread;
use super::needs::{NONE, Needs};
use super::objects::{Case, Handoff, Item, ItemStatus, Prescription, Symptom, Task};
use super::state::Individual;
use super::world::{Key, News, Request, Wake, World};

/// The tables of an arm that is over, empty.
#[derive(Debug, Default)]
pub(super) struct Spare {
    pub people: Vec<Individual>,
    pub threads: Vec<Thread>,
    pub needs: Needs,
    pub items: Vec<Item>,
    pub free_items: VecDeque<u32>,
    pub symptoms: Vec<Symptom>,
    pub handoffs: Vec<Handoff>,
    pub prescriptions: Vec<Prescription>,
    pub cases: Vec<Case>,
    pub news: Vec<News>,
    pub free_news: Vec<u32>,
    pub wakes: Vec<Wake>,
    pub requests: Vec<Request>,
    pub others: Vec<(u32, u32)>,
    pub keys: Vec<Key>,
}

thread_local! {
    /// What the last arm that this thread ran left behind.
    static LEFT: Cell<Option<Spare>> = const { Cell::new(None) };
}

impl Spare {
    /// What the last arm on this thread left behind, or nothing.
    pub fn take() -> Spare {
        LEFT.take().unwrap_or_default()
    }
}

impl World<'_> {
    /// The arm is over: its tables are for the next one on this thread.
    pub(super) fn leave_tables(&mut self) {
        fn emptied<T>(table: &mut Vec<T>) -> Vec<T> {
            table.clear();
            std::mem::take(table)
        }
        self.free_items.clear();
        LEFT.set(Some(Spare {
            people: emptied(&mut self.people),
            threads: emptied(&mut self.threads),
            needs: std::mem::take(&mut self.needs),
            items: emptied(&mut self.items),
            free_items: std::mem::take(&mut self.free_items),
            symptoms: emptied(&mut self.symptoms),
            handoffs: emptied(&mut self.handoffs),
            prescriptions: emptied(&mut self.prescriptions),
            cases: emptied(&mut self.cases),
            news: emptied(&mut self.news),
            free_news: emptied(&mut self.free_news),
            wakes: emptied(&mut self.wakes),
            requests: emptied(&mut self.requests),
            others: emptied(&mut self.others),
            keys: emptied(&mut self.keys),
        }));
    }

    /// Gives a work item its number: that of one which is over, or a new one. An event that ends the hold of an old
    /// item may still be pending until its moment has passed, so its number waits for that.
    pub(super) fn number_item(&mut self, now: Time, item: Item) -> u32 {
        if let Some(&number) = self.free_items.front()
            && self.items[number as usize].hold_until < now
        {
            self.free_items.pop_front();
            debug_assert_eq!(self.items[number as usize].status, ItemStatus::Closed);
            self.items[number as usize] = item;
            return number;
        }
        self.items.push(item);
        (self.items.len() - 1) as u32
    }

    /// A work item is over, and the kernel has forgotten it too: its number may be used again, once no event is pending
    /// that would look at it. Not where what happens is written down: numbers stand in event logs.
    pub(super) fn free_item(&mut self, number: u32) {
        let it = &mut self.items[number as usize];
        debug_assert!(it.status == ItemStatus::Closed && !it.over);
        it.over = true;
        if it.watched == 0 && self.log.is_none() {
            self.free_items.push_back(number);
        }
    }

    /// An event will look at a work item by its number.
    pub(super) fn watch_item(&mut self, number: u32) {
        self.items[number as usize].watched += 1;
    }

    /// That event has come: the item as it is now.
    pub(super) fn looked_at(&mut self, number: u32) -> Item {
        let it = &mut self.items[number as usize];
        it.watched -= 1;
        let it = *it;
        if it.over && it.watched == 0 && self.log.is_none() {
            self.free_items.push_back(number);
        }
        it
    }

    /// Nobody knows a work item by its number any more.
    pub(super) fn forget_item(&mut self, number: u32) {
        let it = self.items[number as usize];
        let known = match it.task {
            Task::Planned => &mut self.people[it.person as usize].care[it.link as usize].item,
            Task::Hna => &mut self.people[it.person as usize].coordinated.hna,
            Task::Round => &mut self.services(it.person).round,
            _ => return,
        };
        if *known == number {
            *known = NONE;
        }
    }

    /// Gives news on its way its number.
    pub(super) fn number_news(&mut self, news: News) -> u32 {
        match self.free_news.pop() {
            Some(number) => {
                self.news[number as usize] = news;
                number
            }
            None => {
                self.news.push(news);
                (self.news.len() - 1) as u32
            }
        }
    }
}
