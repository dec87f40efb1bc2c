package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatAServerRefusesSteersNoTerminal(t *testing.T) {
	var answer refused
	require.NoError(t, json.Unmarshal([]byte(`{"status":422,"code":"a\u001b[2Jb","detail":"c\u0007d\u009be\u202ef\rg","errors":[
		{"location":"body.\u001bemail","message":"h\u001b]0;i\u0007","did_you_mean":"ben\u202e@gmail.com"}]}`), &answer))
	require.Equal(t, "cdef g (a[2Jb)\n  body.email: h]0;i\n  did you mean ben@gmail.com?", answer.Error())
}
