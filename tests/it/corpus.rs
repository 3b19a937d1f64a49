//! Real notices.
