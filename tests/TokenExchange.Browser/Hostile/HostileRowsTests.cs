using System.Reflection;

namespace TokenExchange.Browser.Hostile;

/// <summary>No attack is forgotten: each has tests, and this is which.</summary>
public sealed class HostileRowsTests
{
    [Fact]
    public void Every_attack_on_the_pages_has_tests() => Shown().ShouldBe(
        """
        CSRF
          CsrfTests.A_form_with_the_token_of_somebody_else_changes_nothing
          CsrfTests.A_form_without_the_token_of_its_page_changes_nothing
        stored XSS through every name and error text
          HostileFormTests.What_is_sent_comes_back_as_text
          ScriptInjectionTests.In_a_browser_nothing_runs
          ScriptInjectionTests.No_page_that_can_be_reached_has_an_element_that_somebody_put_into_it
        framing
          HeaderTests.A_page_is_in_nobodys_frame_and_nobodys_cache
          HeaderTests.So_is_a_page_that_is_not_shown
        insecure direct references
          SomebodyElseTests.A_user_is_nobody_to_the_administration_and_an_administrator_nobody_to_users
          SomebodyElseTests.Nobody_sees_what_acts_for_somebody_else
          SomebodyElseTests.Nobody_stops_what_acts_for_somebody_else
        a read-only role reaching any write, the simulator or replay included
          ReadOnlyTests.An_auditor_asks_policies_nothing
          ReadOnlyTests.An_auditor_may_use_no_handler_that_changes_more_than_the_own_account
        mass assignment
          MassAssignmentTests.A_draft_keeps_who_wrote_it_and_what_it_is_based_on_whatever_is_sent_with_a_purpose
          MassAssignmentTests.A_resource_and_an_issuer_keep_what_their_forms_do_not_have
          MassAssignmentTests.An_agent_keeps_what_its_form_does_not_have
          MassAssignmentTests.Who_changes_the_own_account_changes_neither_roles_nor_anothers_account
          MassAssignmentTests.Who_sets_a_password_with_a_link_gets_the_roles_of_the_invitation
        stale ETag
          StaleTests.A_draft_that_somebody_changed_since_it_was_read_is_not_published
          StaleTests.A_purpose_of_a_draft_that_somebody_changed_meanwhile_is_not_overwritten
          StaleTests.An_account_that_somebody_changed_meanwhile_is_not_overwritten
        secret shown twice
          SecretTests.A_link_of_an_invitation_works_once
          SecretTests.The_link_of_an_invitation_is_shown_once
          SecretTests.The_secret_of_an_agent_is_shown_once_and_kept_nowhere
        CSV formula injection
          FormulaTests.No_cell_of_an_export_is_a_formula
        open redirect
          OpenRedirectTests.A_user_who_signs_in_stays_here
          OpenRedirectTests.An_administrator_who_signs_in_stays_here
          OpenRedirectTests.Who_was_on_the_way_to_a_page_gets_there
        removing the last administrator
          LastAdministratorTests.The_last_administrator_neither_leaves_nor_steps_down
          LastAdministratorTests.Two_administrators_who_shut_out_each_other_at_once_do_not_both_succeed
        approving one's own draft
          OwnDraftTests.Nobody_makes_themselves_a_second_pair_of_eyes
          OwnDraftTests.Who_writes_does_not_publish_what_others_wrote_either_and_who_publishes_does_not_write
          OwnDraftTests.Who_wrote_a_draft_does_not_publish_it_and_somebody_else_does
        session fixation
          SessionTests.A_planted_sign_in_of_a_user_does_not_become_that_of_another
          SessionTests.A_session_that_was_planted_does_not_become_that_of_who_signs_in_over_it
          SessionTests.Nobody_has_a_session_before_they_have_signed_in
          SessionTests.Who_kept_a_cookie_is_signed_out_with_its_owner
        cookie flags
          CookieTests.A_browser_is_told_to_come_over_TLS_only
          CookieTests.Every_cookie_is_this_hosts_alone_and_no_scripts
        """.Split('\n'));

    private static IEnumerable<string> Shown() => HostileRows.All.SelectMany(row => TestsOf(row).Select(t => "  " + t).Prepend(row));

    private static IEnumerable<string> TestsOf(string row) => (
        from type in typeof(HostileRowsTests).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetCustomAttributes<FactAttribute>().Any() && method.GetCustomAttributes<AttackAttribute>().Concat(type.GetCustomAttributes<AttackAttribute>()).Any(a => a.Row == row)
        let name = $"{type.Name}.{method.Name}"
        select name).Order(StringComparer.Ordinal);
}
