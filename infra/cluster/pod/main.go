// Command pod is all that the cluster's own pods need: one static program that pauses, answers or tries to connect.
//
//	pod pause              holds the namespaces of a pod (the sandbox image of containerd)
//	pod serve ADDRESS…     answers "proeftuin <hostname>" to HTTP on every address
//	pod reach ADDRESS…     a TCP connection to each at once, prints those that came about within two seconds: 0 all did
//	pod resolve NAME       one DNS question: 0 and the addresses, 1 there is no answer
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const patience = 2 * time.Second

func pause(stop <-chan os.Signal, died <-chan os.Signal) {
	for {
		select {
		case <-stop:
			return
		case <-died: // the first process of a shared process namespace inherits the orphans
			for pid := 1; pid > 0; pid, _ = syscall.Wait4(-1, nil, syscall.WNOHANG, nil) {
			}
		}
	}
}

func serve(addresses []string, stop <-chan os.Signal) error {
	host, _ := os.Hostname()
	failed := make(chan error, len(addresses))
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path, "from", r.RemoteAddr)
		fmt.Fprintln(w, "proeftuin", host)
	})
	for _, address := range addresses {
		fmt.Println("listening on", address)
		go func() { failed <- http.ListenAndServe(address, answer) }()
	}
	select {
	case err := <-failed:
		return err
	case <-stop:
		return nil
	}
}

func reach(addresses []string) error {
	tried := make(chan error)
	for _, address := range addresses {
		go func() {
			connection, err := net.DialTimeout("tcp", address, patience)
			if err == nil {
				fmt.Println(address)
				err = connection.Close()
			}
			tried <- err
		}()
	}
	var all error
	for range addresses {
		all = errors.Join(all, <-tried)
	}
	return all
}

func resolve(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err == nil {
		fmt.Println(addresses)
	}
	return err
}

func run(verb string, arguments []string) error {
	stop, died := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	signal.Notify(died, syscall.SIGCHLD)
	switch {
	case verb == "pause" && len(arguments) == 0:
		pause(stop, died)
		return nil
	case verb == "serve" && len(arguments) > 0:
		return serve(arguments, stop)
	case verb == "reach" && len(arguments) > 0:
		return reach(arguments)
	case verb == "resolve" && len(arguments) == 1:
		return resolve(arguments[0])
	}
	return fmt.Errorf("usage: pod pause | serve ADDRESS… | reach ADDRESS… | resolve NAME")
}

func main() {
	verb, arguments := "pause", []string{}
	if len(os.Args) > 1 {
		verb, arguments = os.Args[1], os.Args[2:]
	}
	if err := run(verb, arguments); err != nil {
		fmt.Fprintln(os.Stderr, "pod:", err)
		os.Exit(1)
	}
}
