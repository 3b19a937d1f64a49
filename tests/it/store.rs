//! The store by itself: pages, filters, full text, the log.
