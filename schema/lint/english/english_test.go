package english_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/lint/english"
)

func TestClassify(t *testing.T) {
	for class, names := range map[english.Class]string{
		english.Fact: `
			UserCreated OrderShipped InvoicePaid EmailSent HouseBuilt FundsWithdrawn TrialBegun TicketBought PaperCut ItemPut PasswordSet
			PasswordReset OrderSplit PriceOverridden MessageRead MemberLeft MatchWon KeyLost SeatTaken NoteWritten LoanRepaid TeamLed
			UserLoggedIn ItemAddedToCart PaymentFailedPermanently EmailBouncedV2 OrderPaidEvent ServiceRolledback UserSignedUp
			CustomerChangedAddress PlayerScoredGoal UserGrantedRoleByAdmin RepositoryTransferred CheckRunRequestedAction
			SecurityAdvisoryWithdrawn PullRequestConvertedToDraft CodeScanningAlertClosedByUser BookingCreated FeedRefreshed SpeedLimitExceeded
			SeedPlanted NeedIdentified PageBuildRebuilt HTTPRequestSent Paid LoggedIn Order_Paid ContractAgreed ServerWentDown SlaveFreed
			EmbedInserted FundsGuaranteed DocumentUnsealed InvoiceMarkedUncollectible TaskRetriedAgain LeaseTakenOver StreamBroadcast
			PaymentCaptureFailed AccountLockedOut BadgeEarnedTwice StockReplenishedEarly MemoryForgotten DiskFilledUp
			RoomBookedForGuest CaseClosedWithoutResolution UpdateInstalled DeleteConfirmed CreateRejected`,
		english.Command: `
			CreateUser PleaseCreateUser SendEmail SetPassword ResetPassword SplitOrder ReadMessage UserUpdate PageSuppress UserEmbed OrderProceed
			DoShipOrder MustPayInvoice DeleteUserEvent TeamAdd WorkflowDispatch LimitExceed`,
		english.Process: `UserCreating PaymentsMigrating ImportIsRunning`,
		english.Thing: `
			OrderShipment PaidOrder PaymentFeed SharedFolder UserSpeed TestBed NewsFeedItem Heartbeat User PaymentFailedEmail AccountLockedNotification
			UserRelatedUpdates Hundred Event UserNeed SeaBed ChangedPassword DefaultAddress SponsorshipPendingCancellation UnsolvedCase Naked V2`,
	} {
		for _, name := range strings.Fields(names) {
			if got := english.Classify(name); got != class {
				t.Errorf("%s is a %s, want %s", name, got, class)
			}
		}
	}
}

func TestEmptyNamesAreThings(t *testing.T) {
	for _, name := range []string{"", "_", "__", "123", "É"} {
		if got := english.Classify(name); got != english.Thing {
			t.Errorf("%q is a %s", name, got)
		}
		english.Suggest(name)
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"UserLoggedIn": "User Logged In", "HTTPRequestSentV2": "HTTP Request Sent V2", "Order_Paid": "Order Paid", "ProjectsV2ItemMoved": "Projects V2 Item Moved",
		"Sha256Computed": "Sha 256 Computed", "S3ObjectRemoved": "S3 Object Removed", "": "", "_": "",
	} {
		if got := strings.Join(english.Words(name), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestParticiples(t *testing.T) {
	yes := `sent Paid built withdrawn begun bought cut put set reset split overridden shipped agreed freed rolledback resent undone rebuilt unpaid repaid shed used tied`
	no := `embed speed feed need seed bed proceed exceed succeed red hundred sacred watershed feedback default preset record relation update led2 ed fed2 breed indeed`
	for _, word := range strings.Fields(yes) {
		if !english.IsParticiple(word) {
			t.Errorf("%s is not taken for a participle", word)
		}
	}
	for _, word := range strings.Fields(no) {
		if english.IsParticiple(word) {
			t.Errorf("%s is taken for a participle", word)
		}
	}
}

func TestPast(t *testing.T) {
	verbs := "ship pay create carry enter edit submit stop play fix send login limit cancel upset deploy verify visit drop queue allow view transfer"
	want := "shipped paid created carried entered edited submitted stopped played fixed sent logined limited canceled upset deployed verified visited dropped queued allowed viewed transferred"
	var got []string
	for _, v := range strings.Fields(verbs) {
		got = append(got, english.Past(v))
	}
	if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestSuggestionsAreFacts(t *testing.T) {
	for name, want := range map[string]string{
		"CreateUser": "UserCreated", "PleaseCreateUser": "UserCreated", "OrderShipment": "OrderShipped", "UserUpdate": "UserUpdated",
		"UserLogin": "UserLoggedIn", "PaidOrder": "OrderPaid", "UserCreating": "UserCreated", "SetPassword": "PasswordSet",
		"SendEmailV2": "EmailSent", "OrderPayment": "OrderPaid", "Widget": "", "OrderShipping": "OrderShipped",
	} {
		got := english.Suggest(name)
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if got != "" && english.Classify(got) != english.Fact {
			t.Errorf("%s: the suggestion %q is a %s", name, got, english.Classify(got))
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, name := range []string{"UserCreated", "HTTPRequestV2", "_a_B", "ÉtéIng", "Inging", "E"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		english.Classify(name)
		better := english.Suggest(name)
		if better != "" && better == name {
			t.Errorf("%q is suggested for itself", name)
		}
		letters := strings.NewReplacer("_", "", ".", "", "-", "")
		if joined := strings.Join(english.Words(name), ""); strings.ToValidUTF8(joined, "") != strings.ToValidUTF8(letters.Replace(string([]rune(name))), "") {
			t.Errorf("words of %q are %q", name, english.Words(name))
		}
	})
}
