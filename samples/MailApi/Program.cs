await MailApi.MailApiApp.Build(args).RunAsync();
