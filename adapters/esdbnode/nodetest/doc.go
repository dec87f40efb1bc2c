// Package nodetest starts nodes of EventStoreDB's protocol for the tests of
// others: on a folder of the test's and a port of the loopback address, over the
// embedded log. It is not for programs: whatever fails ends the test.
//
// Read nodetest.go.
package nodetest
