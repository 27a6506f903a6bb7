// Package kindergarten gives places in kindergartens (barnehageplass) by
// coordinated admission (samordna opptak; barnehageloven § 17): the
// municipality's kindergartens, the form, what the law says of a child's right
// and priority, and the offer that a family accepts or declines.
//
// The form lies in forms/ and its answers reach the case worker with advice:
// whether the child has a right to a place from a certain month
// (barnehageloven § 16) and whether priority is claimed (§ 18). The advice
// decides nothing; a person does.
//
// What it does not do yet: the main admission for all applicants at once,
// waiting lists per kindergarten, and fees.
package kindergarten
