// Package joinlink answers how many people have registered by each generation
// of an account's join link. Who they are is not here. Read view.go.
package joinlink
