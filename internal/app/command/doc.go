// Package command is Torg's command line: what an operator types. Each command
// reads its flags, does its work through package app and the services, and
// says what it did. What fails is said in one line on standard error, and the
// exit code is 1; 2 means that the command was written wrongly.
package command
