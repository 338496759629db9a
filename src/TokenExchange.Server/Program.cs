using System.Globalization;

// The executable is also its command line: serve (the default), migrate, apply, export, keys, admin.
//
// Where to read on:
//   Hosting/ServerApp.cs          what the server consists of
//   Hosting/ServerStart.cs        what must hold before it serves
//   OpenIddict/                   the protocol front: HTTP, client authentication, signing
//   Exchange/TokenExchanger.cs    the story of one exchange
//   PolicyEvaluator (Core)        what policies answer
//   Assertions/                   who is believed about a user
//   Introspection/, Revocations/  the other two questions that can be asked about a token
//   Events/                       how relying apps hear of revocations
//   Configuration/, Settings/     what people write
//   Keys/                         what tokens are signed with
//   Administrators/               who administers, and how they sign in

// Not InvariantGlobalization: the SQL Server client refuses to work without ICU.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

return await TokenExchange.Server.Commands.CommandLine.RunAsync(args);
