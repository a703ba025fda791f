// Package sampleevents is written by hand to look exactly as generated code
// looks; the runtime's own tests use it. It is made from this schema:
//
//	package: orders
//	aggregates:
//	  Order: {doc: One purchase., id: uuid}
//	events:
//	  OrderPlaced:
//	    doc: A customer placed an order.
//	    aggregate: Order
//	    versions:
//	      1: {fields: {customer: string, total: int64}}
//	      2:
//	        fields: {customer: {type: string, min_length: 1}, amount_cents: int64, currency: string}
//	        upcast:
//	          amount_cents: {from: total}
//	          currency: {default: EUR}
//	  OrderShipped:
//	    doc: The parcel left the warehouse.
//	    was: orders.OrderSent
//	    aggregate: Order
//	    versions:
//	      1: {fields: {carrier: string}}
//	  OrderCancelled:
//	    doc: The order was called off.
//	    aggregate: Order
//	    versions:
//	      1: {fields: {reason: string}}
//	  OrderReturned:
//	    doc: The parcel came back and the order ended with it.
//	    aggregate: Order
//	    retired: true
//	    into: [OrderShipped, OrderCancelled]
//	    versions:
//	      1: {fields: {carrier: string, reason: string}}
//
// It never leaves the runtime's tests.
package sampleevents
