//! Customers who leave a queue when their patience is over.

use super::{Customer, PATIENCE, RENEGES, Simulation};
use crate::kernel::{Event, Kernel, phase};

impl Simulation<'_> {
    /// A customer who has to wait leaves after a while, if customers of the station do.
    pub(super) fn await_patience(&mut self, k: &mut Kernel, id: u32, station: usize) {
        let Some(patience) = &self.network.stations[station].patience else {
            return;
        };
        let customer = &mut self.customers[id as usize];
        let u = self.draws.uniform(customer.subject, PATIENCE, customer.visit, 0);
        let at = k.now() + patience.secs(u);
        let handle = k.schedule_cancellable(at, phase::WORLD, Event::new(RENEGES, id));
        customer.patience = Some(handle);
        customer.next = station as u16;
    }

    pub(super) fn renege(&mut self, k: &mut Kernel, id: u32) {
        let Customer {
            class, joined, next, ..
        } = self.customers[id as usize];
        k.withdraw(id);
        let station = usize::from(next);
        let visits = self.visits(station, class);
        visits.reneged += 1;
        visits.reneged_wait_secs += k.now() - joined;
        self.classes[class as usize].reneged += 1;
        self.leave_network(k.now(), id);
        self.make_room(k, station);
    }
}
