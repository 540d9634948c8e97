//! M2 in ixa: plans that call back, the stations in a data plugin (no entities: nothing is asked of people).

use crate::hall::{Hall, Person, Sums};
use ixa::prelude::*;

define_data_plugin!(HallPlugin, Hall, Hall::new(0, 0));

fn enter(context: &mut Context, station: usize, person: Person) {
    if let Some(secs) = context.get_data_mut(HallPlugin).enter(station, person) {
        after(context, secs, move |context| complete(context, station, person.class));
    }
}

/// Plans something some whole seconds ahead.
fn after(context: &mut Context, secs: i64, what: impl FnOnce(&mut Context) + 'static) {
    context.add_plan(context.get_current_time() + secs as f64, what);
}

fn now(context: &Context) -> i64 {
    context.get_current_time() as i64
}

fn next_arrival(context: &mut Context) {
    if let Some(gap) = context.get_data_mut(HallPlugin).next_arrival() {
        after(context, gap, |context| {
            next_arrival(context);
            let now = now(context);
            let (station, person) = context.get_data_mut(HallPlugin).somebody(now);
            enter(context, station, person);
        });
    }
}

fn complete(context: &mut Context, station: usize, class: usize) {
    let since = now(context);
    if let Some((next, secs)) = context.get_data_mut(HallPlugin).complete(station, since) {
        after(context, secs, move |context| complete(context, station, next.class));
    }
    if let Some(to) = context.get_data_mut(HallPlugin).next_station(station) {
        enter(context, to, Person { class, since });
    }
}

/// One run.
pub fn run(people: u64, seed: u64) -> (u64, Sums) {
    let mut context = Context::new();
    *context.get_data_mut(HallPlugin) = Hall::new(people, seed);
    next_arrival(&mut context);
    context.execute();
    let hall = context.get_data(HallPlugin);
    (hall.events, hall.sums)
}
