//! The last step of reading: a walked tree into typed structs, by serde.
//!
//! The walk has already found what can be found; this is only the conversion, and whatever it still
//! refuses it places at the innermost value it was looking at.

use std::fmt::Display;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::node::{Node, Value};
use crate::base::diagnostic::Span;

/// Why a value does not fit a type, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// What serde said.
    pub message: String,
    /// The innermost value it said it of.
    pub span: Option<Span>,
}

impl Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        Misfit {
            message: message.to_string(),
            span: None,
        }
    }
}

/// Converts a tree into a type.
///
/// # Errors
/// The first thing that does not fit, and where.
pub fn from_node<T: DeserializeOwned>(node: &Node) -> Result<T, Misfit> {
    T::deserialize(Of(node))
}

#[derive(Clone, Copy)]
struct Of<'a>(&'a Node);

impl<'a> Of<'a> {
    fn placed<T>(self, result: Result<T, Misfit>) -> Result<T, Misfit> {
        result.map_err(|mut misfit| {
            misfit.span.get_or_insert(self.0.span);
            misfit
        })
    }
}

impl<'de> de::Deserializer<'de> for Of<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let result = match &self.0.value {
            Value::Text(text) | Value::Datetime(text) => visitor.visit_str(text),
            Value::Integer(i) => visitor.visit_i64(*i),
            Value::Float(x) => visitor.visit_f64(*x),
            Value::Boolean(b) => visitor.visit_bool(*b),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Table(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                value: None,
            }),
        };
        self.placed(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let result = match &self.0.value {
            Value::Text(text) => {
                let name: StrDeserializer<'_, Misfit> = text.as_str().into_deserializer();
                visitor.visit_enum(name)
            }
            Value::Table(entries) if entries.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Entries {
                    rest: entries.iter(),
                    value: None,
                }))
            }
            other => Err(de::Error::custom(format!(
                "expected one name, found {}",
                other.what()
            ))),
        };
        self.placed(result)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        self.0.next().map(|node| seed.deserialize(Of(node))).transpose()
    }
}

struct Entries<'a> {
    rest: std::collections::btree_map::Iter<'a, String, Node>,
    value: Option<&'a Node>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((name, node)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(node);
        let key: StrDeserializer<'_, Misfit> = name.as_str().into_deserializer();
        let placed = seed.deserialize(key).map_err(|mut misfit| {
            misfit.span.get_or_insert(node.pointed());
            misfit
        });
        placed.map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        match self.value.take() {
            Some(node) => seed.deserialize(Of(node)),
            None => Err(de::Error::custom("a value was asked for before its key")),
        }
    }
}
