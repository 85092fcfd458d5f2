// Command originals answers what pullgate has to answer alike: how distribution/reference reads an
// image reference, and which credentials the kubelet takes from pull secrets for an image. Each line
// of standard input is a question in JSON, each line of standard output its answer.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	// As in the kubelet: digests of other algorithms are refused.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
)

// A question holds a reference, or secrets in the order of the pod with the names of images.
type question struct {
	Reference *string  `json:"reference"`
	Secrets   []secret `json:"secrets"`
	Images    []string `json:"images"`
}

type secret struct {
	Name string            `json:"name"`
	Type string            `json:"type"`
	Data map[string][]byte `json:"data"`
}

type answer struct {
	// Error is empty for what is valid; its text is not compared.
	Error   string         `json:"error,omitempty"`
	Parsed  *parsed        `json:"parsed,omitempty"`
	Lookups [][]credential `json:"lookups,omitempty"`
}

type parsed struct {
	Name   string `json:"name"`
	Domain string `json:"domain"`
	Path   string `json:"path"`
	Tag    string `json:"tag"`
	Digest string `json:"digest"`
	Whole  string `json:"whole"`
}

// The bytes of a login need not be UTF-8; as []byte they become base64.
type credential struct {
	Secret   string `json:"secret"`
	Username []byte `json:"username"`
	Password []byte `json:"password"`
}

func main() {
	// Keys that cannot be used are logged, thousands of them here.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	buffered := bufio.NewWriter(os.Stdout)
	out := json.NewEncoder(buffered)
	for {
		var asked question
		if err := in.Decode(&asked); err == io.EOF {
			break
		} else if err != nil {
			fail(err)
		}
		if err := out.Encode(answerTo(asked)); err != nil {
			fail(err)
		}
	}
	if err := buffered.Flush(); err != nil {
		fail(err)
	}
}

func answerTo(asked question) answer {
	if asked.Reference != nil {
		return parse(*asked.Reference)
	}
	return lookUp(asked.Secrets, asked.Images)
}

func parse(text string) answer {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	result := parsed{
		Name:   named.Name(),
		Domain: reference.Domain(named),
		Path:   reference.Path(named),
		Whole:  named.String(),
	}
	if tagged, ok := named.(reference.Tagged); ok {
		result.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		result.Digest = digested.Digest().String()
	}
	return answer{Parsed: &result}
}

func lookUp(written []secret, images []string) answer {
	var stored []v1.Secret
	for _, one := range written {
		stored = append(stored, v1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: "test", Name: one.Name},
			Type:       v1.SecretType(one.Type),
			Data:       one.Data,
		})
	}
	// A node without a configuration of its own.
	keyring, err := secrets.MakeDockerKeyring(stored, credentialprovider.UnionDockerKeyring{})
	if err != nil {
		return answer{Error: err.Error()}
	}
	result := answer{Lookups: [][]credential{}}
	for _, image := range images {
		found, _ := keyring.Lookup(image)
		logins := []credential{}
		for _, login := range found {
			logins = append(logins, credential{
				Secret:   login.Source.Secret.Name,
				Username: []byte(login.Username),
				Password: []byte(login.Password),
			})
		}
		result.Lookups = append(result.Lookups, logins)
	}
	return result
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, "originals:", reason)
	os.Exit(1)
}
