package webtest

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
)

// elements is all elements of a name below a node.
func elements(root *html.Node, name string) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for node := range root.Descendants() {
			if node.Type == html.ElementNode && node.Data == name && !yield(node) {
				return
			}
		}
	}
}

func attribute(node *html.Node, name string) string {
	for _, one := range node.Attr {
		if one.Key == name {
			return one.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	for _, one := range node.Attr {
		if one.Key == name {
			return true
		}
	}
	return false
}

// textOf is what can be read in a node, in one line.
func textOf(root *html.Node) string { return strings.Join(strings.Fields(textInside(root)), " ") }

func textInside(root *html.Node) string {
	var all strings.Builder
	for node := range root.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "script" && node.Parent.Data != "style" {
			all.WriteString(node.Data)
		}
		if node.Type == html.ElementNode && isBlock(node.Data) {
			all.WriteString(" ")
		}
	}
	return all.String()
}

// isBlock reports whether what is in an element begins a line.
func isBlock(name string) bool {
	switch name {
	case "a", "b", "em", "strong", "span", "time", "bdi", "code":
		return false
	}
	return true
}
