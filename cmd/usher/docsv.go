package main

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strings"
)

const (
	csvType = "text/csv"
	// byteOrderMark is what the server's CSV begins with, for spreadsheets.
	byteOrderMark = "\uFEFF"
)

// writeCSV writes a list as the server gives it to spreadsheets; of its columns those that
// are chosen.
func (d *do) writeCSV(ctx context.Context, api *operator, request apiRequest) error {
	if !request.csv {
		return errors.New("--csv is for lists; this operation answers none")
	}
	response, err := api.send(ctx, request.method, request.target(""), "", csvType, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // because everything was read
	if response.StatusCode >= http.StatusMultipleChoices {
		text, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
		if err != nil {
			return err
		}
		return api.problem(response, text)
	}
	if d.Columns != nil {
		return chosenCSV(api.stdout, response.Body, d.Columns)
	}
	_, err = io.Copy(api.stdout, response.Body)
	return err
}

// chosenCSV writes certain columns, in their order.
func chosenCSV(to io.Writer, from io.Reader, names []string) error {
	reader, writer := csv.NewReader(from), csv.NewWriter(to)
	columns, err := reader.Read()
	if err != nil {
		return err
	}
	columns[0] = strings.TrimPrefix(columns[0], byteOrderMark)
	places, err := placesOf(names, columns)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(to, byteOrderMark); err != nil {
		return err
	}
	for row := columns; err == nil; row, err = reader.Read() {
		if err := writer.Write(picked(row, places)); err != nil {
			return err
		}
	}
	writer.Flush()
	if !errors.Is(err, io.EOF) {
		return err
	}
	return writer.Error()
}
