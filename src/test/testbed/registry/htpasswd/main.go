// Command htpasswd prints one line of an htpasswd file for the registry of the test bed, which
// accepts bcrypt hashes only. The user name is the argument, the password all of standard input.
package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/bcrypt"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: htpasswd USERNAME < PASSWORD")
	}
	password, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	// The registry checks the hash on every request; the passwords are random, so the lowest cost will do.
	hash, err := bcrypt.GenerateFromPassword(password, bcrypt.MinCost)
	if err != nil {
		fail(err)
	}
	fmt.Printf("%s:%s\n", os.Args[1], hash)
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, "htpasswd:", reason)
	os.Exit(1)
}
