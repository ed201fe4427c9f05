package api_test

import (
	"bytes"
	"mime/multipart"
)

// form makes a multipart body from triples of name, file name and content; a part without a file name is a field.
func form(parts ...string) (body []byte, contentType string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+2 < len(parts); i += 3 {
		if parts[i+1] == "" {
			m.WriteField(parts[i], parts[i+2])
			continue
		}
		w, _ := m.CreateFormFile(parts[i], parts[i+1])
		w.Write([]byte(parts[i+2]))
	}
	m.Close()
	return b.Bytes(), m.FormDataContentType()
}
