await InboxAgent.InboxAgentApp.Build(args).RunAsync();
