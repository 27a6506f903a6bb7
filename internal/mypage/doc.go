// Package mypage is a resident's own page (Min side): the cases and drafts she
// has, what happens in each, the letters, the questions from the municipality,
// the offers to answer, the messages, how she wants to be reached, and who has
// looked at her data and why
// (personvernforordningen art. 15).
package mypage
