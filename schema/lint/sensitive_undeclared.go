package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func sensitiveUndeclared() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "sensitive-undeclared", Title: "personal data is declared", Severity: diag.Warning,
			Meaning: "Looks at fields of type email, and at text, dates and numbers whose names speak of people or secrets: names of persons, phone, address, birth, bank and identity numbers, IP addresses, credentials. Names of things (`file_name`, `host_name`), flags, counts, digests, times and identifiers pass, and so do those of a type that only stands in sensitive fields.",
			Why:     "A log keeps everything. What is declared `sensitive` can be masked in logs, encrypted per person and made unreadable when that person asks; what is not declared can only be found by search, years later.",
			Bad:     "events:\n  UserRegistered: {versions: {1: {fields: {email: email, first_name: string}}}}\n",
			Good:    "events:\n  UserRegistered: {versions: {1: {fields: {email: {type: email, sensitive: true}, first_name: {type: string, sensitive: true}}}}}\n",
			Off:     "For data of companies or of test machines: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkSensitive,
	}
}

func checkSensitive(p *pass) {
	p.eachField(func(s site, f *model.Field) {
		if f.Sensitive || p.covered[s.typ] || p.allows(f.Name) {
			return
		}
		if what := personal(s.name, f); what != "" {
			p.report(s.field(f), "add `sensitive: true`", "field %q of %s looks like %s and is not declared sensitive", f.Name, s.what, what)
		}
	})
}

// personalPhrases are words, or words in a row, that speak of people or secrets, and of what.
var personalPhrases = map[string]string{
	"email": "an email address", "mail_address": "an email address", "e_mail": "an email address",
	"phone": "a phone number", "mobile_number": "a phone number", "telephone": "a phone number", "fax": "a phone number", "msisdn": "a phone number",
	"first_name": "a name", "last_name": "a name", "full_name": "a name", "middle_name": "a name", "given_name": "a name", "family_name": "a name",
	"maiden_name": "a name", "firstname": "a name", "lastname": "a name", "fullname": "a name", "surname": "a name", "display_name": "a name", "legal_name": "a name",
	"user_name": "a name", "username": "a name", "nickname": "a name", "customer_name": "a name", "person_name": "a name", "contact_name": "a name", "holder_name": "a name",
	"cardholder": "a name", "recipient_name": "a name", "sender_name": "a name", "owner_name": "a name", "author_name": "a name", "patient_name": "a name",
	"employee_name": "a name", "guest_name": "a name", "member_name": "a name", "passenger_name": "a name", "buyer_name": "a name",
	"address": "an address", "street": "an address", "postcode": "an address", "postal_code": "an address", "zip_code": "an address", "zipcode": "an address",
	"birth": "a date of birth", "birthdate": "a date of birth", "birthday": "a date of birth", "dob": "a date of birth",
	"iban": "a bank account", "account_number": "a bank account", "bank_account": "a bank account", "card_number": "a payment card", "credit_card": "a payment card",
	"cvv": "a payment card", "cvc": "a payment card", "ssn": "an identity number", "social_security": "an identity number", "passport": "an identity number", "tax_id": "an identity number",
	"national_id": "an identity number", "driver_license": "an identity number", "driving_licence": "an identity number", "ip": "an IP address", "ip_address": "an IP address", "ipv4": "an IP address",
	"ipv6": "an IP address", "mac_address": "a device", "imei": "a device", "password": "a secret", "passwd": "a secret", "secret": "a secret", "access_token": "a secret",
	"api_key": "a secret", "refresh_token": "a secret", "private_key": "a secret", "gender": "a personal trait", "ethnicity": "a personal trait", "religion": "a personal trait",
	"nationality": "a personal trait", "marital_status": "a personal trait", "diagnosis": "data on health", "blood_type": "data on health", "salary": "an income",
}

var (
	// harmlessWords take the person out of a name: email_count, address_type, password_changed.
	harmlessWords = setOf(`count type kind status id ids uuid hash digest sha256 sha verified enabled required format template domain domains subject version length
		provider locale language policy memory contract web url uri host server node pod process bucket resource schema hint strength label
		category attempts limit quota class range sent delivery port pool protocol`)
	things = setOf("repository repositories repo package product file folder app application team project organization company channel device image model release")
	people = setOf(`person user customer contact employee patient member guest passenger recipient sender subscriber applicant buyer seller
		driver tenant resident citizen student author profile holder`)
)

// personal says what a field seems to hold about a person, or "".
func personal(container string, f *model.Field) string {
	t := inner(f.Type)
	if t.Kind == model.Email {
		return "an email address"
	}
	if !mayHoldPersonal(t.Kind) || limitsOf(f).Const != nil {
		return ""
	}
	words := tokens(f.Name)
	if hasAny(words, harmlessWords) && !isWholePhrase(words) {
		return ""
	}
	if len(words) == 1 && words[0] == "name" && hasAny(tokens(container), people) && !strings.Contains(container, "Group") {
		return "a name"
	}
	what := phraseIn(words)
	if what == "a name" && hasAny(tokens(container), things) {
		return ""
	}
	return what
}

func mayHoldPersonal(k model.Kind) bool {
	switch k {
	case model.String, model.Date, model.JSON, model.Int64, model.Uint64, model.Decimal, model.Scalars, model.Bytes:
		return true
	default:
		return false
	}
}

// isWholePhrase spares what only looks harmless: tax_id, national_id.
func isWholePhrase(words []string) bool { return personalPhrases[strings.Join(words, "_")] != "" }

// phraseIn finds the longest phrase of two words or one among the words.
func phraseIn(words []string) string {
	for n := min(2, len(words)); n > 0; n-- {
		for i := 0; i+n <= len(words); i++ {
			if what := personalPhrases[strings.Join(words[i:i+n], "_")]; what != "" {
				return what
			}
		}
	}
	return ""
}
