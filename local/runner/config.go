package runner

import (
	"fmt"
	"log/slog"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/gateway"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// The stores to choose from.
const (
	SQLite   = "sqlite"
	DynamoDB = "dynamodb"
)

// InMemory as the data directory keeps nothing.
const InMemory = "memory"

// Config says what to run.
type Config struct {
	Port       int    // of 127.0.0.1; 0 takes a free one
	DataDir    string // a directory, or InMemory
	Store      string // SQLite or DynamoDB
	ShareLimit int    // 1 to sharing.MaxShares
	// PlatformClients are the applications that act for the platform.
	PlatformClients httpapi.PlatformClients
	// ActivityRetentionDays is 1 to sharing.MaxActivityRetentionDays.
	ActivityRetentionDays int

	// DynamoDBEndpoint is a DynamoDB that runs already; "" starts one.
	DynamoDBEndpoint string
	TableName        string
	// HTTPClient sends the functions' requests to DynamoDB, each with the Lambda
	// context of its function; nil is the usual one.
	HTTPClient aws.HTTPClient

	// Issuer and Audience of the tokens; both "" runs the local issuer.
	Issuer   string
	Audience string

	// Origins are those of browser applications that may call; nil for none.
	Origins []string
	// ConsoleClientID is the console's at a real issuer, ConsoleScope what it asks for,
	// "" for all that a tenant may do, and ConsoleOrigins those that sign-in calls beside
	// the issuer's.
	ConsoleClientID string
	ConsoleScope    string
	ConsoleOrigins  []string

	// WithoutCleanUp leaves deleted images' shares where they are, to show that nothing but
	// tidiness depends on it.
	WithoutCleanUp bool

	// CopyDisks copies the disks of saved and copied images; otherwise that is left to
	// the platform.
	CopyDisks bool

	// Regions are those between which disks can be copied, sorted; nil for any.
	Regions []string

	// OnEvent is called with each event that is put on the bus, as its consumers
	// get it; nil for nobody. It must not keep the bus waiting.
	OnEvent func(event []byte)

	Log *slog.Logger
}

// ConfigOf reads the configuration from the environment, which lookup finds (os.LookupEnv).
// It returns an error that names the variable to mend. It warns where a real issuer's
// tenants could be the platform.
func ConfigOf(lookup func(string) (string, bool), log *slog.Logger) (Config, error) {
	getenv := func(name string) string {
		v, _ := lookup(name)
		return v
	}
	or := func(name, fallback string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return fallback
	}
	c := Config{
		DataDir:          or("DATA_DIR", ".data"),
		Store:            or("ENGINE", SQLite),
		DynamoDBEndpoint: getenv("DYNAMODB_ENDPOINT"),
		TableName:        or("TABLE_NAME", "image-sharing"),
		Issuer:           getenv("JWT_ISSUER"),
		Audience:         getenv("JWT_AUDIENCE"),
		ConsoleClientID:  getenv("CONSOLE_CLIENT_ID"),
		ConsoleScope:     getenv("CONSOLE_SCOPE"),
		Log:              log,
	}
	var err error
	if c.Port, err = number("PORT", or("PORT", "8080"), 0, 65535); err != nil {
		return Config{}, err
	}
	if c.ShareLimit, err = number("MAX_SHARES_PER_IMAGE", or("MAX_SHARES_PER_IMAGE", "50"), 1, sharing.MaxShares); err != nil {
		return Config{}, err
	}
	if c.ActivityRetentionDays, err = number("ACTIVITY_RETENTION_DAYS", or("ACTIVITY_RETENTION_DAYS", strconv.Itoa(sharing.DefaultActivityRetentionDays)), 1, sharing.MaxActivityRetentionDays); err != nil {
		return Config{}, err
	}
	switch copies := or("COPY_DISKS", "on"); copies {
	case "on", "off":
		c.CopyDisks = copies == "on"
	default:
		return Config{}, fmt.Errorf("COPY_DISKS is %q: it must be on, or off to leave the disks of copies to the platform", copies)
	}
	// Empty is no default: it may be a variable that another file was to fill, and any
	// application would be the platform.
	clients, named := lookup("PLATFORM_CLIENTS")
	if !named {
		clients = "*"
	}
	if c.PlatformClients, err = httpapi.ParsePlatformClients(clients); err != nil {
		return Config{}, fmt.Errorf("PLATFORM_CLIENTS is %q: %w", clients, err)
	}
	if c.Origins, err = gateway.ParseOrigins(getenv("CORS_ORIGINS")); err != nil {
		return Config{}, fmt.Errorf("CORS_ORIGINS is %q: %w", getenv("CORS_ORIGINS"), err)
	}
	if c.ConsoleOrigins, err = httpapi.ParseOrigins(getenv("CONSOLE_ORIGINS")); err != nil {
		return Config{}, fmt.Errorf("CONSOLE_ORIGINS: %w", err)
	}
	if c.Store != SQLite && c.Store != DynamoDB {
		return Config{}, fmt.Errorf("ENGINE is %q: it must be %s or %s", c.Store, SQLite, DynamoDB)
	}
	if c.DynamoDBEndpoint != "" && c.Store != DynamoDB {
		return Config{}, fmt.Errorf("DYNAMODB_ENDPOINT is set, but ENGINE is %s: set ENGINE=%s too", c.Store, DynamoDB)
	}
	if (c.Issuer == "") != (c.Audience == "") {
		return Config{}, fmt.Errorf("JWT_ISSUER and JWT_AUDIENCE go together: set both for a real issuer, none for the local one")
	}
	if c.Issuer != "" && !named {
		log.Warn("any application of the issuer acts for the platform when its token has a catalog scope: set PLATFORM_CLIENTS to the client ids of the platform's own", "issuer", c.Issuer)
	}
	return c, nil
}

func number(name, s string, least, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s is %q: it must be a whole number from %d to %d", name, s, least, most)
	}
	return n, nil
}
