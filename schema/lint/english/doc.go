// Package english tells names of facts from names of commands, processes and things.
//
// In: a name in PascalCase. Out: what it is grammatically, and the past participle of a verb for a better name. It knows
// enough morphology for the names of events, no more: a word that it does not know is taken for a noun.
package english
