// Package chat is the General chat as far as Usher writes in it: the
// announcement of everybody who joins, whatever the way in (S17, D12).
//
// Invitations are not announced here. Rows hold ids; names are filled in when
// they are shown. Read chat.go first.
package chat
