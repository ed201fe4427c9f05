package bucket

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Address says where a bucket is.
type Address struct {
	Bucket, Prefix string // Prefix is empty or ends with /
	Host           string // host[:port] of the storage
	TLS            bool
	Region         string
	PathStyle      bool // the bucket is a part of the path, not of the host name
}

// ParseAddress reads s3://BUCKET[/PREFIX][?endpoint=https://HOST:PORT&region=REGION&path-style=true]. Without an endpoint
// it is Amazon S3; with one, the bucket is a part of the path unless path-style=false.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return Address{}, errors.New("the address of the bucket is not s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION")
	}
	a := Address{Bucket: u.Host, TLS: true, Region: "us-east-1", Host: "s3.amazonaws.com"}
	if a.Prefix = strings.Trim(u.Path, "/"); a.Prefix != "" {
		a.Prefix += "/"
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Address{}, fmt.Errorf("the address of the bucket: %w", err)
	}
	if e := query.Get("endpoint"); e != "" {
		at, err := url.Parse(e)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || strings.Trim(at.Path, "/") != "" {
			return Address{}, fmt.Errorf("the endpoint %q of the bucket is not http://HOST:PORT or https://HOST:PORT", e)
		}
		a.Host, a.TLS, a.PathStyle = at.Host, at.Scheme == "https", true
	}
	if r := query.Get("region"); r != "" {
		a.Region = r
	}
	if p := query.Get("path-style"); p != "" {
		if a.PathStyle, err = strconv.ParseBool(p); err != nil {
			return Address{}, fmt.Errorf("path-style=%s of the bucket is neither true nor false", p)
		}
	}
	for name := range query {
		if name != "endpoint" && name != "region" && name != "path-style" {
			return Address{}, fmt.Errorf("the address of the bucket has %q, which nobody knows; it may have endpoint, region, path-style", name)
		}
	}
	return a, nil
}

func (a Address) String() string { return a.Bucket + " at " + a.Host }

// Login is an access key. Without one the surroundings are asked, as Amazon's own tools do: variables, the file
// ~/.aws/credentials, the role of the machine or of the pod.
type Login struct{ Key, Secret string }

func (l Login) credentials() *credentials.Credentials {
	if l.Key != "" {
		return credentials.NewStaticV4(l.Key, l.Secret, "")
	}
	return credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{}})
}

// client connects to nothing yet; tries is how often it repeats a request that failed.
func (a Address) client(l Login, tries int) (*minio.Client, error) {
	lookup := minio.BucketLookupDNS
	if a.PathStyle {
		lookup = minio.BucketLookupPath
	}
	c, err := minio.New(a.Host, &minio.Options{Creds: l.credentials(), Secure: a.TLS, Region: a.Region, BucketLookup: lookup, MaxRetries: tries})
	if err != nil {
		return nil, fmt.Errorf("the bucket %s: %w", a, err)
	}
	return c, nil
}
