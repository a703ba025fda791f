package projection

import (
	"encoding/json"
	"reflect"
)

// maxKeysDepth bounds how deep keys are looked for: no decoder takes more.
const maxKeysDepth = 128

// appendKeys appends the keys of maps within a value, which are data as values are, and the
// names in documents of free form. Names of fields are the schema's, and no secret.
func appendKeys(values []string, v reflect.Value, depth int) []string {
	if depth > maxKeysDepth {
		return values
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			values = appendKeys(values, v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			values = appendKeys(values, v.Field(i), depth+1)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return appendNames(values, v.Bytes())
		}
		for i := range v.Len() {
			values = appendKeys(values, v.Index(i), depth+1)
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			if entry.Key().Kind() == reflect.String {
				values = append(values, entry.Key().String())
			}
			values = appendKeys(values, entry.Value(), depth+1)
		}
	}
	return values
}

// appendNames appends the names of all members of a document; of what is none, nothing.
func appendNames(values []string, document []byte) []string {
	var free any
	if json.Unmarshal(document, &free) != nil {
		return values
	}
	return appendKeys(values, reflect.ValueOf(free), 0)
}
