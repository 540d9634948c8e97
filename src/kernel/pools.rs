//! The kernel's dealings with places: request, release, withdraw, change of capacity.

use super::engine::Kernel;
use super::measures::PlacesMeasures;
use super::observer::Observer;
use super::places::{Fit, Places, RequestStatus};
use super::{PlacesId, World};

impl<O: Observer> Kernel<O> {
    /// Adds a pool of `capacity` units (`u32::MAX` for as many as are asked for).
    pub fn add_places(&mut self, capacity: u32, fit: Fit) -> PlacesId {
        let id = PlacesId::new(self.places.len());
        self.places.push(Places::new(self.now, capacity, fit));
        id
    }

    /// Asks for `size` units. True if they are free and taken at once ([`World::placed`] is then *not*
    /// called); else the request waits in the order (priority, due, sequence), for ever if it is larger than
    /// the capacity. The id must not be with these places already.
    pub fn request(
        &mut self,
        places: PlacesId,
        id: u32,
        size: u32,
        priority: u8,
        due: crate::base::Time,
    ) -> bool {
        let ticket = self.ticket();
        let now = self.now;
        let at_once = self.places[places.index()].request(now, id, size, priority, due, ticket);
        if at_once {
            self.observer.placed(now, places, id, 0);
        } else {
            self.observer.requested(now, places, id);
        }
        at_once
    }

    /// Gives back what a request holds. The units go to the queue before this returns. False if the
    /// request holds nothing.
    pub fn release<W: World<O>>(&mut self, world: &mut W, places: PlacesId, id: u32) -> bool {
        let released = self.places[places.index()].release(self.now, id);
        if released {
            self.observer.released(self.now, places, id);
            self.hand_places(world, places);
        }
        released
    }

    /// Takes a waiting request out of the queue; false if it does not wait. (What it stood in the way of
    /// may then be placed.)
    pub fn withdraw_request<W: World<O>>(&mut self, world: &mut W, places: PlacesId, id: u32) -> bool {
        let withdrawn = self.places[places.index()].withdraw(self.now, id);
        if withdrawn {
            self.hand_places(world, places);
        }
        withdrawn
    }

    /// Changes the capacity from now on. Nobody is put out; units gained go to the queue.
    pub fn set_capacity<W: World<O>>(&mut self, world: &mut W, places: PlacesId, capacity: u32) {
        self.places[places.index()].set_capacity(self.now, capacity);
        self.hand_places(world, places);
    }

    /// Places everybody who can be placed, and only then tells the world, so that whoever is told and asks for
    /// more overtakes nobody.
    fn hand_places<W: World<O>>(&mut self, world: &mut W, places: PlacesId) {
        let now = self.now;
        while let Some((request, ticket, waited)) = self.places[places.index()].place_next(now) {
            self.observer.placed(now, places, request, waited);
            self.untold.push_back((places, request, ticket));
        }
        while let Some((places, request, ticket)) = self.untold.pop_front() {
            // what the world did on being told of another may have released this one
            if self.places[places.index()].holds(request, ticket) {
                world.placed(self, places, request);
            }
        }
    }

    /// Where a request stands.
    pub fn request_status(&self, places: PlacesId, id: u32) -> RequestStatus {
        self.places[places.index()].status(id)
    }

    /// Units there are.
    pub fn capacity(&self, places: PlacesId) -> u32 {
        self.places[places.index()].capacity() as u32
    }

    /// Units taken.
    pub fn taken(&self, places: PlacesId) -> i64 {
        self.places[places.index()].taken()
    }

    /// Number of requests waiting.
    pub fn waiting_requests(&self, places: PlacesId) -> usize {
        self.places[places.index()].waiting()
    }

    /// What a pool of places has done since the last reset, up to now.
    pub fn places_measures(&self, places: PlacesId) -> PlacesMeasures {
        self.places[places.index()].at(self.now)
    }
}
