await DemoIdp.DemoIdpApp.Build(args).RunAsync();
