package httpapi

// Confirming is the part of a body by which something goes through that was asked back.
type Confirming struct {
	Confirmed []string `json:"confirmed,omitempty" doc:"Contacts and names of this request that look wrong and are meant, where they were refused with a code that begins with confirm_: as the request writes them, or in their normal form." example:"ben@mill.example"`
}
