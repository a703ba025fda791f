package origin

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// maxContent is the size up to which content is kept: what is larger is no schema file, and parsing refuses it by its
// size alone.
const maxContent = 16 << 20

// object is what git has under a name. Kind is "" when there is nothing.
type object struct {
	id, kind string
	size     int64
	content  []byte // nil when larger than maxContent
}

// objects is a running `git cat-file --batch`, which answers any number of questions.
type objects struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
}

// objects starts the process. Whoever starts it closes it.
func (g Git) objects(ctx context.Context) (*objects, error) {
	o := &objects{cmd: g.command(ctx, "cat-file", "--batch")}
	o.cmd.Stderr = &o.stderr
	in, err := o.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	if err := o.cmd.Start(); err != nil {
		return nil, g.explain(ctx, "cat-file", "", err)
	}
	o.in, o.out = in, bufio.NewReaderSize(out, 64<<10)
	return o, nil
}

// close ends the process; what it returns has no name yet for people.
func (o *objects) close() error {
	o.in.Close()
	io.Copy(io.Discard, o.out)
	return o.cmd.Wait()
}

// one asks for one name. A name holds no line break.
func (o *objects) one(name string) (object, error) {
	if _, err := io.WriteString(o.in, name+"\n"); err != nil {
		return object{}, err
	}
	return o.next()
}

// each asks for all names while it reads the answers: neither side waits for a full pipe.
func (o *objects) each(names []string, got func(i int, obj object) error) error {
	asked := make(chan error, 1)
	go func() {
		_, err := io.WriteString(o.in, strings.Join(names, "\n")+"\n")
		asked <- err
	}()
	for i := range names {
		obj, err := o.next()
		if err == nil {
			err = got(i, obj)
		}
		if err != nil {
			o.in.Close() // lets the writer go
			<-asked
			return err
		}
	}
	return <-asked
}

// next reads an answer: a line `ID KIND SIZE`, the content and a line break, or a line `NAME missing`.
func (o *objects) next() (object, error) {
	line, err := o.out.ReadString('\n')
	if err != nil {
		return object{}, fmt.Errorf("read the answer of git cat-file: %w", err)
	}
	line = strings.TrimSuffix(line, "\n")
	if strings.HasSuffix(line, " missing") || strings.HasSuffix(line, " ambiguous") {
		return object{}, nil
	}
	fields := strings.Split(line, " ")
	if len(fields) != 3 {
		return object{}, fmt.Errorf("read the answer of git cat-file: unexpected %q", line)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return object{}, fmt.Errorf("read the answer of git cat-file: %w", err)
	}
	obj := object{id: fields[0], kind: fields[1], size: size}
	return obj, o.content(&obj)
}

func (o *objects) content(obj *object) error {
	var err error
	if obj.size > maxContent {
		_, err = io.CopyN(io.Discard, o.out, obj.size)
	} else {
		obj.content = make([]byte, obj.size)
		_, err = io.ReadFull(o.out, obj.content)
	}
	if err == nil {
		_, err = o.out.Discard(1)
	}
	if err != nil {
		return fmt.Errorf("read the content of %s: %w", obj.id, err)
	}
	return nil
}
