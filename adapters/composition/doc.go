// Package composition makes an Usher of what it stands on: a log and its vault,
// read models, and who carries its messages. The program and all tests of whole
// Ushers make theirs here, so that they have the same.
//
// It opens nothing, and starts nothing before it is told. Read composition.go,
// then base.go; followers.go is what operators see and steer, waiting.go what goes on by itself.
package composition
