// Package messaging carries events from a log to those who follow it, as
// Watermill messages: to the projectors, which keep the read models, and to the
// policies, which follow up with commands.
//
// Messages come in the order of the log. What a follower has done is known by a
// durable checkpoint of its own; nothing is skipped, and a read model takes no
// event twice. It knows no event and no database.
//
// Read subscriber.go and feed.go first, then projector.go. publisher.go is the
// way in for messages of others.
package messaging
