package persistent

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/metadata"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Read implements persistent.PersistentSubscriptionsServer: it connects a reader
// to a group, sends what the group delivers and takes the answers.
func (s *Service) Read(stream persistent.PersistentSubscriptions_ReadServer) error {
	request, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	options := request.GetOptions()
	if options == nil || options.GetBufferSize() <= 0 {
		return wire.Unknown("the first message must have options, and a buffer")
	}
	k, err := keyOf(options.GetStreamIdentifier(), options.GetAll() != nil, options.GetGroupName())
	if err != nil {
		return err
	}
	ctx := stream.Context()
	if err := s.options.Judge.Stream(ctx, rights.Read, k.stream); err != nil {
		return err
	}
	sub, err := s.find(k)
	if err != nil {
		return err
	}
	r := newReader(connectionName(ctx), userName(ctx), int(options.GetBufferSize()))
	if err := sub.connect(ctx, r); err != nil {
		return err
	}
	defer sub.disconnect(ctx, r)
	go sub.receive(stream, r)
	return send(stream, r, k, idForm(options))
}

func idForm(options *persistent.ReadReq_Options) wire.IDForm {
	if _, text := options.GetUuidOption().GetContent().(*persistent.ReadReq_Options_UUIDOption_String_); text {
		return wire.Text
	}
	return wire.Structured
}

func send(stream persistent.PersistentSubscriptions_ReadServer, r *reader, k key, form wire.IDForm) error {
	if err := stream.Send(&persistent.ReadResp{Content: &persistent.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &persistent.ReadResp_SubscriptionConfirmation{SubscriptionId: k.String()},
	}}); err != nil {
		return err
	}
	for {
		delivery, err := r.next(stream.Context())
		if err != nil {
			return err
		}
		event := wire.Resolved{Event: delivery.Message.Event, Link: delivery.Message.Link}
		if err := stream.SendMsg(wire.PersistentReadResponse(event, form, delivery.Retries)); err != nil {
			return err
		}
	}
}

// connect adds a reader, or refuses it.
func (s *subscription) connect(ctx context.Context, r *reader) error {
	var refused error
	err := s.do(ctx, func(ctx context.Context) {
		switch {
		case s.fault != nil:
			refused = s.fault
		case s.group.Full():
			refused = s.entry.key().crowded()
		default:
			s.lastID++
			r.id = s.lastID
			s.readers[r.id] = r
			s.carryOut(ctx, s.group.Connect(s.options.Now(), r.id, r.slots))
		}
	})
	return cmp.Or(err, refused)
}

// disconnect takes a reader away, if it is still there.
func (s *subscription) disconnect(ctx context.Context, r *reader) {
	_ = s.do(context.WithoutCancel(ctx), func(ctx context.Context) { // it fails where the group is gone
		delete(s.readers, r.id)
		s.carryOut(ctx, s.group.Disconnect(s.options.Now(), r.id))
	})
}

// receive takes a reader's answers until its call ends.
func (s *subscription) receive(stream persistent.PersistentSubscriptions_ReadServer, r *reader) {
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return // the reader may still listen
		}
		if err == nil {
			err = s.answer(stream.Context(), r, request)
		}
		if err != nil {
			r.end(err)
			return
		}
	}
}

func (s *subscription) answer(ctx context.Context, r *reader, request *persistent.ReadReq) error {
	switch content := request.GetContent().(type) {
	case *persistent.ReadReq_Ack_:
		ids, err := parseIDs(content.Ack.GetIds())
		if err != nil {
			return err
		}
		return s.do(ctx, func(ctx context.Context) {
			s.carryOut(ctx, s.group.Ack(s.options.Now(), r.id, ids...))
		})
	case *persistent.ReadReq_Nack_:
		ids, err := parseIDs(content.Nack.GetIds())
		if err != nil {
			return err
		}
		action, err := parseAction(content.Nack.GetAction())
		if err != nil {
			return err
		}
		return s.do(ctx, func(ctx context.Context) {
			s.carryOut(ctx, s.group.Nack(s.options.Now(), r.id, action, content.Nack.GetReason(), ids...))
		})
	}
	return wire.Invalid("only answers may follow the options")
}

func parseIDs(ids []*shared.UUID) ([]uuid.UUID, error) {
	parsed := make([]uuid.UUID, len(ids))
	for i, id := range ids {
		var err error
		if parsed[i], err = wire.ParseUUID(id); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

func parseAction(action persistent.ReadReq_Nack_Action) (group.Action, error) {
	switch action {
	case persistent.ReadReq_Nack_Unknown, persistent.ReadReq_Nack_Retry:
		return group.Retry, nil
	case persistent.ReadReq_Nack_Park:
		return group.Park, nil
	case persistent.ReadReq_Nack_Skip, persistent.ReadReq_Nack_Stop: // EventStoreDB stops nothing
		return group.Skip, nil
	}
	return 0, wire.Invalid("'%d' is not a valid action", action)
}

func connectionName(ctx context.Context) string {
	for _, name := range metadata.ValueFromIncomingContext(ctx, "connection-name") {
		return name
	}
	return "<unknown>"
}

// userName is who the reader says it is. Whether that is so was checked where the
// node asks for a password.
func userName(ctx context.Context) string {
	for _, header := range metadata.ValueFromIncomingContext(ctx, "authorization") {
		_, encoded, _ := strings.Cut(header, " ")
		if credentials, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			user, _, _ := strings.Cut(string(credentials), ":")
			return user
		}
	}
	return "anonymous"
}
