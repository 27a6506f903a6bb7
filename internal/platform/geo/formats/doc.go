// Package formats looks at a geographic file and opens it with the reader of its
// format: by what it holds, whatever it is called.
package formats
