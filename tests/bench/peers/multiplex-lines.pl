#!/usr/bin/perl
# Line echo with Net::Server::Multiplex: the port is the first argument.
use strict;
use warnings;

package Echo;
use base qw(Net::Server::Multiplex);

# As Net::Server's samplechat.pl reads lines.
sub mux_input {
    my ($self, $mux, $client, $input) = @_;
    while ($$input =~ s/^(.*?)\r?\n//) {
        print "$1\n";
    }
}

Echo->run(host => '127.0.0.1', port => $ARGV[0], proto => 'tcp', log_level => 1, no_client_stdout => 0);
