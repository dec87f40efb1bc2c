// Package disktest gives tests real file systems that are small enough to be
// full: one in memory, or an ext4 image on a loop device.
//
// They are mounted in a mount namespace that nobody else sees: the test that
// needs them runs once more, as a process of its own in there. Where the system
// allows neither root's nor a user's own namespaces, the test fails and says so.
package disktest
